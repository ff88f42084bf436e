// Loads a page again while something goes on in the background; without it there is a link that does so.
if (document.querySelector("[data-busy]")) {
  setTimeout(() => location.reload(), 2000);
}

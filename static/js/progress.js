// A page about work that goes on: looks again every two seconds while somebody sees it. Without this file there is a link.

if (document.querySelector("[data-progress]")) {
  setInterval(() => {
    if (!document.hidden) location.reload();
  }, 2000);
}

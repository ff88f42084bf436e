// The list of entries: the bar for many at once is shown when something is ticked, with how many. Without this file it is always there.

const form = document.querySelector("#bulk");
const bar = form?.querySelector(".bulk");

if (form && bar) {
  const boxes = [...form.querySelectorAll("tbody .check")];
  const all = form.querySelector("#tick-all");
  const count = bar.querySelector("strong");

  const refresh = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    bar.hidden = ticked === 0;
    count.textContent = ticked === 1 ? "1 entry ticked" : `${ticked} entries ticked`;
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  };

  all.hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    refresh();
  });
  form.addEventListener("change", refresh);
  window.addEventListener("pageshow", refresh); // a browser may have kept what was ticked
  refresh();
}

// The page that holds this one learns how high it is, and when all is done.
const tell = (kind, more) => parent.postMessage({ from: "stripe-emulator", kind, ...more }, "*");
new ResizeObserver(() => tell("height", { height: document.body.offsetHeight })).observe(document.body);
const done = document.querySelector("[data-complete]");
if (done) {
  tell("complete", { redirect: done.dataset.complete });
}

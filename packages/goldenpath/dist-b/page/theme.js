// Runs before the first paint, so that a chosen theme never flashes. The page keeps the choice here.
(() => {
  let choice = null;
  try {
    choice = localStorage.getItem("goldenpath.theme");
  } catch {
    choice = null; // Storage may be forbidden; then the system's theme holds.
  }
  if (choice === "light" || choice === "dark") document.documentElement.dataset.theme = choice;
})();

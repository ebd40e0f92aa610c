// Tabs: a button shows the panel that it names.
document.querySelectorAll(".tabs button").forEach(function (button) {
  button.addEventListener("click", function () {
    document.querySelectorAll(".tabs button").forEach(function (other) { other.classList.toggle("on", other === button); });
    document.querySelectorAll("[role=tabpanel]").forEach(function (panel) { panel.hidden = panel.id !== button.dataset.panel; });
  });
});

// Draws a list from the data island of its element.
function island(holder) {
  var rows = holder.querySelector("script[type='text/xml']").textContent.match(/<!\[CDATA\[[\s\S]*?\]\]>/g) || [];
  var list = document.createElement("ul");
  list.innerHTML = rows.map(function (row) { return row.slice(9, -3); }).join("");
  holder.appendChild(list);
}
// Draws a list from the interface of its column.
function jpage(setting) {
  var holder = document.getElementById(setting.element);
  fetch(setting.url).then(function (answer) { return answer.json(); }).then(function (json) {
    var list = document.createElement("ul");
    json.data.rows.forEach(function (row) {
      var item = document.createElement("li"), day = document.createElement("span"), link = document.createElement("a");
      day.textContent = row.publishDate.slice(0, 10);
      link.href = row.url;
      link.textContent = row.title;
      item.appendChild(day);
      item.appendChild(link);
      list.appendChild(item);
    });
    holder.appendChild(list);
  });
}
document.addEventListener("DOMContentLoaded", function () { document.querySelectorAll(".jpage").forEach(island); });

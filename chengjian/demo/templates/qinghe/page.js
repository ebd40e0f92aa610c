// Writes the links of a list's pages: number of pages, which one this is, name and extension of the files.
function createPageHTML(count, index, name, extension) {
  if (count <= 1) return;
  var file = function (page) { return page === 0 ? name + "." + extension : name + "_" + page + "." + extension; };
  for (var page = 0; page < count; page++) {
    document.write(page === index ? "<span>" + (page + 1) + "</span>" : '<a href="' + file(page) + '">' + (page + 1) + "</a>");
  }
}
function openUrl(url) { location.href = url; }

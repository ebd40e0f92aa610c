// A small single-page application: fetches JSON for the address and draws it.
(function () {
  function make(tag, attributes, children) {
    var node = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) { node.setAttribute(name, attributes[name]); });
    (children || []).forEach(function (child) {
      node.appendChild(typeof child === "string" ? document.createTextNode(child) : child);
    });
    return node;
  }
  function link(entry) { return make("a", { href: entry.path }, [entry.name || entry.title]); }
  function rows(items) {
    return make("ul", { "class": "rows" }, items.map(function (item) {
      return make("li", {}, [link(item), make("span", { "class": "day" }, [item.day || ""])]);
    }));
  }
  function paragraphs(data) {
    return (data.paragraphs || []).map(function (text) { return make("p", {}, [text]); });
  }
  function table(data) {
    if (!data) return [];
    var head = make("tr", {}, data.head.map(function (cell) { return make("th", {}, [cell]); }));
    var body = data.rows.map(function (row) {
      return make("tr", {}, row.map(function (cell) { return make("td", {}, [cell]); }));
    });
    return [make("table", {}, [head].concat(body))];
  }
  var views = {
    home: function (data) {
      return data.blocks.map(function (block) {
        return make("section", {}, [make("h2", {}, [link(block)]), rows(block.items)]);
      });
    },
    channel: function (data) {
      return [make("p", {}, ["当前位置：", make("a", { href: "/" }, ["首页"]), " > " + data.name]),
        make("h2", {}, [data.name]), rows(data.items), make("p", {}, ["共 " + data.total + " 条"])];
    },
    detail: function (data) {
      var nodes = [make("p", {}, ["当前位置：", make("a", { href: "/" }, ["首页"]), " > ",
        make("a", { href: data.columnPath }, [data.column]), " > 正文"]),
        make("h1", {}, [data.title]), make("p", { "class": "day" }, ["发布时间：" + data.day + "　来源：" + data.source])];
      if (data.picture) nodes.push(make("img", { src: data.picture.path, alt: data.picture.name }));
      return nodes.concat(paragraphs(data), data.attachments.map(function (file) {
        return make("p", {}, ["附件：", link(file)]);
      }));
    },
    page: function (data) {
      var links = (data.links || []).map(function (entry) { return make("li", {}, [link(entry)]); });
      return [make("p", {}, ["当前位置：", make("a", { href: "/" }, ["首页"]), " > " + data.name]), make("h1", {}, [data.title])]
        .concat(paragraphs(data), table(data.table), links.length ? [make("ul", {}, links)] : []);
    }
  };
  function get(url) {
    return fetch(url).then(function (answer) { if (!answer.ok) throw new Error(answer.status); return answer.json(); })
      .then(function (json) { return json.data; });
  }
  var path = location.pathname === "/" ? "/home" : location.pathname;
  var app = document.getElementById("app");
  get("/api/site").then(function (site) {
    app.appendChild(make("div", { "class": "top" }, [make("h1", {}, [site.name]), make("a", { href: "/" }, ["首页"])]
      .concat(site.menu.map(link))));
    var body = make("div", { "class": "body" }, []);
    app.appendChild(body);
    app.appendChild(make("div", { "class": "bottom" }, site.pages.concat(site.outside).map(link)));
    return get("/api" + path).then(function (data) {
      views[path.split("/")[1]](data).forEach(function (node) { body.appendChild(node); });
      document.title = (data.title || data.name || "首页") + " - " + site.name;
    }).catch(function () { body.appendChild(make("h2", {}, ["抱歉，您访问的页面不存在"])); });
  });
})();

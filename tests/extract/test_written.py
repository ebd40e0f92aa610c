# ruff: noqa: E501 - markup is easier to judge on one line, as portals write it
"""What scripts write or hold is text, list or menu of the page, as far as it is written out."""

import pytest

from records.verdicts import PageKind, PageVerdict, Requirement
from tests.extract.reading import column, read

ROOT = "http://www.fangcheng.gov.cn"


def test_an_error_that_a_script_writes_is_read() -> None:
    reading = read(
        '<html><head><title>DedeCMS提示信息</title></head><body><script>function JumpUrl(){location="javascript:history.go(-1);";}'
        'document.write("<br /><div><b>DedeCMS 提示信息！</b></div>");document.write("文档ID不存在或已被删除！");setTimeout(\'JumpUrl()\',5000);</script></body></html>'
    )
    assert (reading.kind, reading.verdict) == (PageKind.ERROR, PageVerdict.SOFT_404)


@pytest.mark.parametrize("end", [";", "\n"])
def test_a_list_that_a_script_writes_is_the_list(end: str) -> None:
    writes = end.join(
        f"document.write('<li><a href=\"view.asp?id=6{i}\">关于第{i}批重点事项办理情况的公示<\\/a>　2026-11-0{i}<\\/li>')"
        for i in range(1, 5)
    )
    reading = read(column(f"<h3>政策法规</h3><script>{writes}</script>", name="政策法规"))
    assert (reading.kind, len(reading.items), str(reading.newest)) == (PageKind.LIST, 4, "2026-11-04")
    assert reading.items[0].title == "关于第1批重点事项办理情况的公示"


@pytest.mark.parametrize(
    "code",
    [
        "function f(){document.write('您访问的页面不存在')}",
        "if (window.old) document.write('您访问的页面不存在')",
        "if (window.old) { document.write('您访问的页面不存在') }",
        "/* document.write('您访问的页面不存在') */",
        "if (a) b(); else document.write('您访问的页面不存在')",
    ],
)
def test_what_a_script_might_write_is_not_on_the_page(code: str) -> None:
    assert read(f"<html><body><p>县民政局</p><script>{code}</script></body></html>").verdict is PageVerdict.OK


@pytest.mark.parametrize(
    "code",
    [
        "document.write('<meta http-equiv=\"refresh\" content=\"0;url=' + to + '\">');",
        "document.write(i ? '<a href=\"' + file(i) + '\">' + i + '</a>' : '');",
        "document.write('<a href=\"' + a + '\"><img src=\"' + b + '\"></a>');",
        "document.write('<a href=\"/list_' + n + '.html\">');",
    ],
)
def test_an_address_that_is_put_together_is_no_link(code: str) -> None:
    assert read(column(f"<script>{code}</script>")).links == read(column("<script>var a</script>")).links


@pytest.mark.parametrize("src", ["js.asp?id=7", "/data/zcfg.js", "getlist.php"])
def test_a_list_that_an_external_script_would_write_needs_a_browser(src: str) -> None:
    assert read(column(f"<div class='lm'><script src='{src}'></script></div>", name="政策法规")).needs_browser


@pytest.mark.parametrize(
    "src", ["https://hm.baidu.com/hm.js?1", "//s4.cnzz.com/z_stat.php?id=1", "https://dcs.conac.cn/js/16/1.js"]
)
def test_counters_and_badges_write_no_list(src: str) -> None:
    assert not read(
        column(f"<p>县民政局地址：方城县文化路1号</p><span><script src='{src}'></script></span>", name="联系方式")
    ).needs_browser


TREES = {
    "zTree": "var zNodes=[{id:1,pId:0,name:'政府信息公开指南',url:'/gk/zn.html'},{id:2,pId:0,name:'政府信息公开制度',url:'/gk/zd.html',target:'_self'}]; $.fn.zTree.init($('#t'),{},zNodes);",
    "json keys": 'var data=[{"id":1,"title":"政府信息公开指南","href":"/gk/zn.html"},{"id":2,"title":"政府信息公开制度","href":"/gk/zd.html"}];',
    "children": "var t=[{text:'政府信息公开指南',link:'/gk/zn.html',children:[{text:'政府信息公开制度',link:'/gk/zd.html'}]}];",
    "dTree": "d = new dTree('d'); d.add(0,-1,'公开目录'); d.add(1,0,'政府信息公开指南','/gk/zn.html'); d.add(2,0,'政府信息公开制度','/gk/zd.html','','main');",
    "MzTree": 'tree.nodes["0_1"] = "text:政府信息公开指南; url:/gk/zn.html; "; tree.nodes["0_2"] = "text:政府信息公开制度; url:/gk/zd.html;";',
}


@pytest.mark.parametrize("name", TREES)
def test_a_tree_menu_in_a_script_leads_to_what_it_names(name: str) -> None:
    reading = read(column(f"<ul id='t' class='ztree'></ul><script>{TREES[name]}</script>", name="信息公开"))
    found = {link.url: link.anchor for link in reading.links}
    assert found[ROOT + "/gk/zn.html"] == "政府信息公开指南"
    assert found[ROOT + "/gk/zd.html"] == "政府信息公开制度"
    signs = {(sign.requirement, sign.where, sign.url) for sign in reading.signs}
    assert (Requirement.DISCLOSURE_GUIDE, "link", ROOT + "/gk/zn.html") in signs
    assert (Requirement.DISCLOSURE_SYSTEM, "link", ROOT + "/gk/zd.html") in signs


@pytest.mark.parametrize(
    "code",
    [
        "var a={title:'分享到微信',url:'/share.html'};",
        "var m=[{name:'删除',url:'/del?id='+id},{name:'修改',url:'/edit?id='+id}];",
        "var m=[{name:'展开',url:'javascript:;'},{name:'收起',url:'#'}];",
    ],
)
def test_other_objects_of_scripts_are_no_links(code: str) -> None:
    assert read(column(f"<script>{code}</script>")).links == read(column("<script>var a</script>")).links


@pytest.mark.parametrize(
    "code",
    [
        "$.fn.zTree.init($('#t'), {async:{enable:true,url:'/tree.do'}});",
        "$('#t').jstree({core:{data:{url:'/tree.do'}}});",
        "$.fn.zTree.init($('#t'), setting, zNodes);",
    ],
)
def test_a_tree_that_is_fetched_needs_a_browser(code: str) -> None:
    assert read(column(f"<ul id='t' class='ztree'></ul><script>{code}</script>", name="政府信息公开")).needs_browser

"""The invented offices of the invented city 云溪市."""

from dataclasses import dataclass

CITY = "云溪市"
PHONE = "0000-8200118"  # no area has the code 0000


@dataclass(frozen=True, slots=True)
class Place:
    """An office: what its texts call it, and the names that occur in them."""

    name: str  # 青禾县人民政府
    short: str  # 青禾县
    document: str  # sign of its documents: 青政
    towns: tuple[str, ...]
    bureaus: tuple[str, ...]
    products: tuple[str, ...]
    field: str = "government"  # whose patterns its texts follow


_BUREAUS = (
    "发展和改革局",
    "教育局",
    "民政局",
    "财政局",
    "人力资源和社会保障局",
    "住房和城乡建设局",
    "农业农村局",
    "市场监督管理局",
)


def _government(name: str, short: str, document: str, towns: str, products: str) -> Place:
    return Place(name, short, document, tuple(towns.split()), _BUREAUS, tuple(products.split()))


LIUWAN = _government("柳湾区人民政府", "柳湾区", "柳政", "桥头街道 石坊街道 河埠街道 双堰镇 枫林镇", "竹编 莲藕")
QINGHE = _government("青禾县人民政府", "青禾县", "青政", "麦岭镇 新桥镇 清水乡 榆树乡 西坪镇", "小麦 香菇")
YANTANG = _government("雁塘县人民政府", "雁塘县", "雁政", "芦荡镇 东埂镇 白鹭乡 湖口镇 莲花乡", "水产 芡实")
SHAYU = _government("沙屿新区管理委员会", "沙屿新区", "沙管", "港前街道 沙湾街道 潮音街道", "光电 装备制造")
YUNXI = _government("云溪市人民政府", "云溪市", "云政", "柳湾区 青禾县 雁塘县 沙屿新区 石澜县", "茶叶 陶瓷")
SHILAN = _government("石澜县人民政府", "石澜县", "石政", "石桥镇 云台乡 古渡镇", "核桃 花椒")
TRAFFIC = Place(
    "云溪市交通运输局",
    "云溪市",
    "云交",
    ("柳湾区", "青禾县", "雁塘县", "沙屿新区", "石澜县"),
    ("公路事业发展中心", "道路运输服务中心", "交通运输综合行政执法支队", "港航事业发展中心"),
    ("客运", "物流"),
    "traffic",
)

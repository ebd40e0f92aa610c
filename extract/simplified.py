"""Names in Traditional script, read by the same words as those in simplified script (portals have 繁體 editions)."""

from typing import Final

# Only the characters that occur in the vocabularies of columns, disclosures and empty pages.
_TRADITIONAL: Final = (
    "來侷係俬個們備傚傢價儀內兩劃動務勝區厤員問啟單嚴國圓圖埰報場學寀實審專導屆層屬師幫強彔復態應戶捲採搆據攷數時暫曆書會條業極構標樣機檔檢檯欄權歷歸決沒況準滿潔濟瀏無營現產異發監眾瞭稱積競箇範簡簽籌籤糾紀"
    "約級紮紹組結統經維網線縣總績織繫罰習聞聯聲職脩臺與舉舊處製複見規視覽訂計訊訓記訪設許訴証評詢試話該誠調談請諮諾講證議護讀讓負財責費資賣質購跡踐蹟載辦迴進遊運遞鄉醫錄錯錶鎮鏈鑑鑒長門開閤闆關隱雙電頁項須"
    "預領頭頻題類顧風颱體髮鬚麵麼點齣"
)
_SIMPLIFIED: Final = (
    "来局系私个们备效家价仪内两划动务胜区历员问启单严国圆图采报场学采实审专导届层属师帮强录复态应户卷采构据考数时暂历书会条业极构标样机档检台栏权历归决没况准满洁济浏无营现产异发监众了称积竞个范简签筹签纠纪"
    "约级扎绍组结统经维网线县总绩织系罚习闻联声职修台与举旧处制复见规视览订计讯训记访设许诉证评询试话该诚调谈请咨诺讲证议护读让负财责费资卖质购迹践迹载办回进游运递乡医录错表镇链鉴鉴长门开合板关隐双电页项须"
    "预领头频题类顾风台体发须面么点出"
)
_TABLE: Final = str.maketrans(_TRADITIONAL, _SIMPLIFIED)


def simplified(text: str) -> str:
    """The text with Traditional characters of our vocabularies in simplified form."""
    return text.translate(_TABLE)

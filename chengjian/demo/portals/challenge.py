"""石澜县: a portal behind a challenge.

Whoever comes without the cookie gets 521 and a script that would set it, as some acceleration services of this country
do.  An auditor does not solve it and accuses nobody; ``passed`` counts who did.
"""

from chengjian.demo.content import statutory
from chengjian.demo.content.place import SHILAN
from chengjian.demo.promises import PortalPromise
from chengjian.demo.site import Answer, Ask, Setting, Site

_COOKIE = "__jsl_clearance_s"


class ChallengePortal(Site):
    folder = "shilan"

    def __init__(self, promise: PortalPromise, setting: Setting) -> None:
        super().__init__(promise, setting)
        self.passed = 0
        self._put_page("/", "index.html", draft=statutory.integrity_commitment(SHILAN))

    def answer(self, ask: Ask) -> Answer:
        if _COOKIE in ask.cookies:
            self.passed += 1
            return super().answer(ask)
        challenge = self._page("challenge.html", status=521, cookie=_COOKIE)
        headers = (("Set-Cookie", "__jsluid_s=3f1c0a; max-age=31536000; path=/; HttpOnly"), ("X-Via-JSL", "d41,-"))
        return Answer(challenge.body, 521, challenge.content_type, headers)

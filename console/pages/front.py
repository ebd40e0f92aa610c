"""Where a day begins."""

from fastapi import Request
from fastapi.responses import Response

from console.acting import Acting
from console.navigation import home_of
from console.rights import Right
from console.routing import PageRouter
from console.web import back_to

router = PageRouter()


@router.page("/", Right.OWN_ACCOUNT)
def front(request: Request, actor: Acting) -> Response:
    """Each role is sent to its own first page."""
    return back_to(home_of(actor))

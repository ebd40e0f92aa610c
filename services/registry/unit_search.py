"""Which unit a person means who writes its id or one of its names."""

from records.registry import City, Unit
from scoring_bridge.unit_names import UnitNames, UnknownUnitError
from services.schemes import WrongCallError


def find_unit(city: City, wanted: str) -> Unit:
    """The unit of that id, name, short or former name.  WrongCallError where there is none, or more than one."""
    try:
        return UnitNames(city).find(wanted).unit
    except UnknownUnitError as unknown:
        raise WrongCallError(f"{unknown}；请写登记表中的编号或名称") from None

import pytest

from app.api.application import openapi_document
from app.reference import README, REFERENCE, reference_page, with_table


def test_the_readme_shows_the_api_as_it_is() -> None:
    readme = README.read_text()
    assert with_table(readme, openapi_document()) == readme, "run `python -m app.reference`"


def test_the_reference_page_shows_the_api_as_it_is() -> None:
    assert reference_page(openapi_document()) == REFERENCE.read_text(), "run `python -m app.reference`"


def test_a_readme_without_a_place_for_the_table_is_refused() -> None:
    with pytest.raises(ValueError, match="has no"):
        with_table("# Fortress", openapi_document())

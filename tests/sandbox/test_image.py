from pathlib import Path

import pytest

from sandbox import image


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    checkout = tmp_path / "checkout"
    (checkout / "app" / "__pycache__").mkdir(parents=True)
    (checkout / "requirements").mkdir()
    (checkout / "app" / "__main__.py").write_text("print('orders')\n")
    (checkout / "app" / "__pycache__" / "__main__.pyc").write_bytes(b"compiled")
    (checkout / "requirements" / "app.txt").write_text("fastapi==1\n")
    return checkout


def test_the_same_sources_give_the_same_digest_wherever_they_stand(checkout: Path, tmp_path: Path) -> None:
    moved = tmp_path / "moved"
    first = image.build(checkout, tmp_path / "images")
    checkout.rename(moved)
    assert image.build(moved, tmp_path / "images") == first


def test_one_changed_byte_gives_another_digest_and_leaves_the_first_image_alone(checkout: Path, tmp_path: Path) -> None:
    first = image.build(checkout, tmp_path / "images")
    (checkout / "app" / "__main__.py").write_text("print('Orders')\n")
    second = image.build(checkout, tmp_path / "images")
    assert first != second
    assert (image.folder_of(tmp_path / "images", first) / "app/__main__.py").read_text() == "print('orders')\n"


def test_a_locked_dependency_that_changed_gives_another_digest(checkout: Path, tmp_path: Path) -> None:
    first = image.build(checkout, tmp_path / "images")
    (checkout / "requirements" / "app.txt").write_text("fastapi==2\n")
    assert image.build(checkout, tmp_path / "images") != first


def test_compiled_files_are_not_packed_and_no_build_folder_is_left(checkout: Path, tmp_path: Path) -> None:
    digest = image.build(checkout, tmp_path / "images")
    packed = {path.name for path in (tmp_path / "images").rglob("*") if path.is_file()}
    assert packed == {"__main__.py", "app.txt"}
    assert [path.name for path in (tmp_path / "images").iterdir()] == [digest.replace(":", "-")]

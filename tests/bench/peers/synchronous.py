"""The template's way as it comes: a session in a thread, the user fetched, one row inserted and read back."""

from collections.abc import Generator
from typing import Annotated

import jwt
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import OAuth2PasswordBearer
from sqlmodel import Session, create_engine

from tests.bench.peers.models import Item, ItemCreate, ItemPublic, Settings, User, subject_of

settings = Settings()  # type: ignore[call-arg]
engine = create_engine(settings.database_url.replace("postgresql:", "postgresql+psycopg:"))
api = FastAPI()


def get_db() -> Generator[Session, None, None]:
    with Session(engine) as session:
        yield session


SessionDep = Annotated[Session, Depends(get_db)]
TokenDep = Annotated[str, Depends(OAuth2PasswordBearer(tokenUrl="/login"))]


def get_current_user(session: SessionDep, token: TokenDep) -> User:
    try:
        subject = subject_of(token, settings.secret_key)
    except jwt.PyJWTError as error:
        raise HTTPException(status_code=403, detail="Could not validate credentials") from error
    user = session.get(User, subject)
    if user is None or not user.is_active:
        raise HTTPException(status_code=404, detail="User not found")
    return user


@api.post("/items", status_code=201, response_model=ItemPublic)
def create_item(
    *, session: SessionDep, current_user: Annotated[User, Depends(get_current_user)], item_in: ItemCreate
) -> Item:
    item = Item.model_validate(item_in, update={"owner_id": current_user.id})
    session.add(item)
    session.commit()
    session.refresh(item)
    return item

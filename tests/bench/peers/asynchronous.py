"""The template's way written with asyncio: the same steps on asyncpg."""

from collections.abc import AsyncGenerator
from typing import Annotated

import jwt
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import OAuth2PasswordBearer
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from tests.bench.peers.models import Item, ItemCreate, ItemPublic, Settings, User, subject_of

settings = Settings()  # type: ignore[call-arg]
engine = create_async_engine(settings.database_url.replace("postgresql:", "postgresql+asyncpg:"))
api = FastAPI()


async def get_db() -> AsyncGenerator[AsyncSession, None]:
    async with AsyncSession(engine) as session:
        yield session


SessionDep = Annotated[AsyncSession, Depends(get_db)]
TokenDep = Annotated[str, Depends(OAuth2PasswordBearer(tokenUrl="/login"))]


async def get_current_user(session: SessionDep, token: TokenDep) -> User:
    try:
        subject = subject_of(token, settings.secret_key)
    except jwt.PyJWTError as error:
        raise HTTPException(status_code=403, detail="Could not validate credentials") from error
    user = await session.get(User, subject)
    if user is None or not user.is_active:
        raise HTTPException(status_code=404, detail="User not found")
    return user


@api.post("/items", status_code=201, response_model=ItemPublic)
async def create_item(
    *, session: SessionDep, current_user: Annotated[User, Depends(get_current_user)], item_in: ItemCreate
) -> Item:
    item = Item.model_validate(item_in, update={"owner_id": current_user.id})
    session.add(item)
    await session.commit()
    await session.refresh(item)
    return item

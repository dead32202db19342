"""The template's tables: users, and items that they own (fastapi/full-stack-fastapi-template)."""

import uuid
from datetime import UTC, datetime

import jwt
from pydantic_settings import BaseSettings
from sqlmodel import Field, SQLModel

ALGORITHM = "HS256"


class Settings(BaseSettings):
    """Read from the environment."""

    database_url: str
    secret_key: str


class User(SQLModel, table=True):
    """Who is signed in."""

    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    email: str = Field(unique=True, index=True, max_length=255)
    is_active: bool = True
    hashed_password: str


class ItemCreate(SQLModel):
    """What a client sends."""

    title: str = Field(min_length=1, max_length=255)
    description: str | None = Field(default=None, max_length=255)


class Item(ItemCreate, table=True):
    """What is stored."""

    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    created_at: datetime = Field(default_factory=lambda: datetime.now(UTC))
    owner_id: uuid.UUID = Field(foreign_key="user.id", ondelete="CASCADE", nullable=False)


class ItemPublic(ItemCreate):
    """What a client gets."""

    id: uuid.UUID
    owner_id: uuid.UUID
    created_at: datetime | None = None


def subject_of(token: str, secret_key: str) -> uuid.UUID:
    """The user that the token names; raises `jwt.PyJWTError`."""
    return uuid.UUID(jwt.decode(token, secret_key, algorithms=[ALGORITHM])["sub"])

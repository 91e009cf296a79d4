"""Records: the provider's own JSON with typed fields, where a field that cannot be read says so instead of pretending.

A record class declares the fields that are kept:

    class MfaRegistration(Record):
        id: str
        is_mfa_registered: bool
        methods_registered: list[str]

Reading a field that is absent, null where it may not be, of the wrong type, or outside a documented enumeration raises
`Unreadable`. A default on a field states that the provider documents what absence means. Every read is traced, so that the
engine knows which fields a verdict was made of.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import types
import typing
from collections.abc import Callable, Collection, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from typing import Annotated, Any, ClassVar, Generic, Literal, Self, TypeVar, overload

from connectors.gap import Gap, Reason

T = TypeVar("T")
K = TypeVar("K")
_MISSING: Any = object()
_TRACE: ContextVar[_Reader | None] = ContextVar("reads", default=None)
_READS: dict[frozenset[Any], frozenset[Any]] = {}
_FLAT: dict[frozenset[str], frozenset[str]] = {}


class Unreadable(Exception):
    """Something a rule asked for cannot be read; `gap` says what and why."""

    def __init__(self, gap: Gap) -> None:
        super().__init__(f"{gap.source}: {gap.detail or gap.reason}")
        self.gap = gap


Reads = set[Any]
"""What was read: field paths and source names as texts, and frozen sets of them where a remembered value was read."""


class _Reader:
    """What is being read in one thread; None while nobody asks."""

    __slots__ = ("reads",)

    def __init__(self) -> None:
        self.reads: Reads | None = None


def _reader() -> _Reader:
    reader = _TRACE.get()
    if reader is None:
        reader = _Reader()
        _TRACE.set(reader)
    return reader


class tracing:  # noqa: N801 - reads as a word in a `with` statement
    """Collect what is read inside the block: `with tracing() as reads`; `paths(reads)` gives "graph.users:accountEnabled"."""

    __slots__ = ("_outer", "_reader", "_reads")

    def __enter__(self) -> Reads:
        self._reader = _reader()
        self._outer = self._reader.reads
        self._reads: Reads = set()
        self._reader.reads = self._reads
        return self._reads

    def __exit__(self, *_: object) -> None:
        self._reader.reads = self._outer
        if self._outer is not None:
            self._outer |= self._reads

    def again(self) -> Reads:
        """Begin anew inside the block, with nothing read."""
        self._reads = self._reader.reads = set()
        return self._reads


def paths(reads: Collection[Any]) -> frozenset[str]:
    """The field paths and source names that stand in reads, those of remembered values included."""
    return _flat(frozenset(reads))


@cache
def _flat(reads: frozenset[Any]) -> frozenset[str]:
    """Kept, as thousands of people are read in the same few ways."""
    found: set[str] = set()
    for read in reads:
        if isinstance(read, str):
            found.add(read)
        else:
            found |= _flat(read)
    flat = frozenset(found)
    return _FLAT.setdefault(flat, flat)


def note_read(*what: Any) -> None:
    """Add field paths, source names or reads of a remembered value to the reads that are being traced."""
    reader = _TRACE.get()
    if reader is not None and reader.reads is not None:
        reader.reads.update(what)


class derived(Generic[T]):  # noqa: N801 - used like `property`
    """A property computed once per object; it remembers what it read, and if it could not be read."""

    def __init__(self, compute: Callable[[Any], T]) -> None:
        self.compute = compute
        self.__doc__ = compute.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.slot = f"_derived_{name}"

    @overload
    def __get__(self, obj: None, owner: type) -> Self: ...
    @overload
    def __get__(self, obj: object, owner: type) -> T: ...
    def __get__(self, obj: object | None, owner: type) -> Self | T:
        if obj is None:
            return self
        known = obj.__dict__.get(self.slot)
        if known is None:
            known = obj.__dict__[self.slot] = _remember(self.compute, obj)
        else:
            reader = _TRACE.get()
            if reader is not None and reader.reads is not None:
                reader.reads.add(known[2])
        if known[1] is not None:
            raise Unreadable(known[1])
        return known[0]  # type: ignore[return-value]


class Remembered(Generic[K, T]):
    """Values by key, each computed once; like `derived`, it remembers what each read, and if it could not be read."""

    def __init__(self) -> None:
        self._known: dict[K, tuple[T | None, Gap | None, frozenset[Any]]] = {}

    def get(self, key: K, compute: Callable[[], T]) -> T:
        """The value of a key; `Unreadable` if what it is made of could not be read."""
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = _remember(compute)
        else:
            note_read(known[2])
        if known[1] is not None:
            raise Unreadable(known[1])
        return typing.cast("T", known[0])


def _remember(compute: Callable[..., T], *given: object) -> tuple[T | None, Gap | None, frozenset[Any]]:
    value, gap = None, None
    reader = _reader()
    outer = reader.reads
    reads: Reads = set()
    reader.reads = reads
    try:
        value = compute(*given)
    except Unreadable as err:
        gap = err.gap  # the exception itself would keep every frame it came through
    finally:
        reader.reads = outer
    kept = frozenset(reads)  # thousands of people are read in the same few ways
    kept = _READS.setdefault(kept, kept)
    if outer is not None:
        outer.add(kept)  # as one: a value stands on dozens of others, and each of these on dozens of fields
    return value, gap, kept


class Presence:
    """`Annotated[bool, Presence]`: keep only whether the provider's value is there and not empty; its content is dropped."""


class Hashed:
    """`Annotated[str, Hashed]`: keep a keyed hash of the text, so that equality survives and the text does not."""


class MailDomain:
    """`Annotated[str, MailDomain]`: keep only the part of a mail address behind the @; whose it is is dropped. Lists likewise."""


class Text:
    """`Annotated[bool, Text]` or `Annotated[int, Text]`: the provider writes the value as a string ("true", "42")."""


class EpochMilliseconds:
    """`Annotated[datetime, EpochMilliseconds]`: the provider writes a count of milliseconds since 1970, often as text."""


class named:  # noqa: N801 - reads as a word in a declaration
    """Give a field the provider's own key where it does not follow from our name: `kind: str = named("@odata.type")`."""

    def __new__(cls, key: str, default: Any = _MISSING) -> Any:
        """Return an object that a record class turns into a field."""
        it = super().__new__(cls)
        it.key, it.default = key, default
        return it

    key: str
    default: Any


def camel(name: str) -> str:
    """`methods_registered` to `methodsRegistered`: Graph's and Google's spelling."""
    head, *tail = name.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in tail)


def pascal(name: str) -> str:
    """`auto_forward_enabled` to `AutoForwardEnabled`: Exchange's spelling."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


_CASES: dict[str, Callable[[str], str]] = {"camel": camel, "pascal": pascal, "snake": str}
_DOTNET_DATE = re.compile(r"^/Date\((-?\d+)(?:[+-]\d{4})?\)/$")


def moment(value: Any) -> datetime:
    """Read a provider's time: ISO 8601 with up to 7 digits and Z or offset, or `/Date(milliseconds)/`; UTC where none is given."""
    if not isinstance(value, str):
        raise TypeError
    if dotnet := _DOTNET_DATE.match(value):
        return datetime.fromtimestamp(int(dotnet[1]) / 1000, UTC)
    when = datetime.fromisoformat(value)
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _scalar(kind: Any, mark: Any) -> Callable[[Any, str], Any]:
    def read(value: Any, path: str) -> Any:  # noqa: ARG001
        if mark is Text:
            if kind is bool and isinstance(value, str) and value.lower() in {"true", "false"}:
                return value.lower() == "true"
            if kind is int and isinstance(value, str | int) and not isinstance(value, bool):
                return int(value)
            raise TypeError
        if kind is datetime:
            if mark is EpochMilliseconds:
                return datetime.fromtimestamp(int(value) / 1000, UTC)
            return moment(value)
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise TypeError
        return value

    return read


def _converter(hint: Any) -> tuple[Callable[[Any, str], Any], bool, type[Record] | None, Any]:
    """How to read a value of this annotation: (reader, may be null, nested record class, mark)."""
    mark = None
    if typing.get_origin(hint) is Annotated:
        hint, mark, *_ = typing.get_args(hint)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in {typing.Union, types.UnionType}:
        inner = [a for a in arguments if a is not type(None)]
        if len(inner) != 1:
            raise TypeError(f"a field has one type, or one type and None: {hint}")
        reader, _, nested, inner_mark = _converter(inner[0])
        return reader, True, nested, inner_mark or mark
    if hint is Any:
        return (lambda value, path: value), True, None, mark  # noqa: ARG005
    if origin is Literal:

        def literal(value: Any, path: str) -> Any:  # noqa: ARG001
            if value not in arguments:
                raise LookupError(repr(value))
            return value

        return literal, False, None, mark
    if origin is list:
        reader, nullable, nested, mark = _converter(arguments[0])

        def many(value: Any, path: str) -> list[Any]:
            if not isinstance(value, list):
                raise TypeError
            if not nullable and None in value:
                raise TypeError
            return [None if item is None else reader(item, path) for item in value]

        return many, False, nested, mark
    if origin is dict:
        return _scalar(dict, None), False, None, mark
    if isinstance(hint, type) and issubclass(hint, Record):
        kind = hint

        def nest(value: Any, path: str) -> Record:
            if not isinstance(value, dict):
                raise TypeError
            return kind(value, path + ".")

        return nest, False, kind, mark
    if isinstance(hint, type) and issubclass(hint, Enum):
        members = hint

        def member(value: Any, path: str) -> Any:  # noqa: ARG001
            try:
                return members(value)
            except ValueError:
                raise LookupError(repr(value)) from None

        return member, False, None, mark
    return _scalar(hint, mark), False, None, mark


class Field:
    """One declared field of a record class."""

    __slots__ = ("default", "exact", "hint", "key", "mark", "name", "nested", "nullable", "paths", "reader")

    def __init__(self, name: str, key: str, default: Any, hint: Any) -> None:
        self.name, self.key, self.default, self.hint = name, key, default, hint
        self.paths: dict[str, str] = {}  # one text a path, however many records it is read in
        self.reader, self.nullable, self.nested, self.mark = _converter(hint)
        self.exact = hint if hint in {str, bool, int, float} else None

    @overload
    def __get__(self, record: None, owner: type[Record]) -> Self: ...
    @overload
    def __get__(self, record: Record, owner: type[Record]) -> Any: ...
    def __get__(self, record: Record | None, owner: type[Record]) -> Any:
        if record is None:
            return self
        path = self.paths.get(record._path) or self.paths.setdefault(record._path, record._path + self.key)
        reader = _TRACE.get()
        if reader is not None and reader.reads is not None:
            reader.reads.add(path)
        value = record._raw.get(self.key, _MISSING)
        if type(value) is self.exact:  # the usual case, without a call
            return value
        if value is _MISSING:
            if self.default is not _MISSING:
                return self.default
            raise Unreadable(Gap(path, Reason.UNREADABLE, "the provider's answer does not hold this field"))
        if value is None:
            if self.nullable:
                return None
            raise Unreadable(Gap(path, Reason.UNREADABLE, "the provider's answer holds nothing in this field"))
        try:
            return self.reader(value, path)
        except LookupError as err:
            detail = f"the provider answers with a value that is not documented: {err.args[0]}"
            raise Unreadable(Gap(path, Reason.UNREADABLE, detail)) from err
        except (TypeError, ValueError) as err:
            detail = f"the provider's answer is of an unexpected kind ({type(value).__name__})"
            raise Unreadable(Gap(path, Reason.UNREADABLE, detail)) from err

    def keep(self, value: Any, secret: bytes) -> Any:
        """The part of the provider's value that may be stored."""
        if self.mark is Presence:
            return value if isinstance(value, bool) else bool(value)
        if self.mark is Hashed:
            if isinstance(value, list):
                return [self.keep(item, secret) for item in value]
            return value if value is None else hashed(str(value), secret)
        if self.mark is MailDomain:
            if isinstance(value, list):
                return [self.keep(item, secret) for item in value]
            return value.rpartition("@")[2].casefold() if isinstance(value, str) else value
        if self.nested is not None:
            if isinstance(value, list):
                return [self.nested.project(item, secret) if isinstance(item, dict) else item for item in value]
            if isinstance(value, dict):
                return self.nested.project(value, secret)
        return value


def hashed(text: str, secret: bytes) -> str:
    """A keyed hash ("h:" and 16 hex digits): equal texts of one tenant stay equal, and nobody can read them back."""
    if re.fullmatch(r"h:[0-9a-f]{16}", text):
        return text
    return "h:" + hmac.new(secret, text.casefold().encode(), hashlib.sha256).hexdigest()[:16]


class Record:
    """One provider object, unchanged but for the fields that nobody declared."""

    __source__: ClassVar[str] = ""
    __key__: ClassVar[str] = "id"
    repeats: ClassVar[bool] = (
        False  # whether one and the same object is listed under many parents, and worth holding once
    )
    _case: ClassVar[str] = "camel"
    _declared: ClassVar[dict[str, Any]] = {}

    def __init__(self, raw: Mapping[str, Any], path: str | None = None) -> None:
        self._raw = raw
        self._path = f"{self.__source__}:" if path is None else path

    def __init_subclass__(cls, *, case: str | None = None, key: str | None = None) -> None:
        """`case` says how the provider spells keys (camel, pascal, snake); `key` names the field that identifies a record."""
        super().__init_subclass__()
        if case is not None:
            cls._case = case
        if key is not None:
            cls.__key__ = key
        cls._declared = dict(cls._declared)
        for name in cls.__dict__.get("__annotations__", {}):
            if name.startswith("_"):
                continue
            given = cls.__dict__.get(name, _MISSING)
            if isinstance(given, named):
                wire, default = given.key, given.default
            else:
                wire, default = _CASES[cls._case](name), given
            cls._declared[name] = (wire, default)
            setattr(cls, name, _Unresolved(name))

    @classmethod
    def fields(cls) -> dict[str, Field]:
        """The declared fields by our name."""
        if "_fields" not in cls.__dict__:
            hints = typing.get_type_hints(cls, include_extras=True)
            fields = {name: Field(name, wire, default, hints[name]) for name, (wire, default) in cls._declared.items()}
            cls._fields = fields
            for name, field in fields.items():
                setattr(cls, name, field)
        return cls._fields

    _fields: ClassVar[dict[str, Field]]

    @classmethod
    def wire_names(cls) -> list[str]:
        """The provider's names of the top-level fields that are kept: what `$select` and `fields=` ask for."""
        return list(dict.fromkeys(field.key for field in cls.fields().values()))

    @classmethod
    def project(cls, raw: Mapping[str, Any], secret: bytes) -> dict[str, Any]:
        """The provider's object with only the declared fields; marked ones reduced to presence or a keyed hash."""
        return {f.key: f.keep(raw[f.key], secret) for f in cls.fields().values() if f.key in raw}

    @property
    def key(self) -> str:
        """The provider's immutable id of this record, as text."""
        return str(getattr(self, self.__key__))

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and isinstance(other, Record) and self._raw == other._raw

    def __hash__(self) -> int:
        return id(self)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._raw.get(type(self).fields()[self.__key__].key) if self.__key__ in self._declared else ''}>"


class _Unresolved:
    """Stands in for a field until its class is first used: annotations may name classes that are declared later."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, record: Record | None, owner: type[Record]) -> Any:
        field = owner.fields()[self.name]
        setattr(owner, self.name, field)
        return field.__get__(record, owner) if record is not None else field

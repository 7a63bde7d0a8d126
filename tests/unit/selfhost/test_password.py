from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type

from chmlfrp.selfhost.password import Passwords


async def test_a_hash_is_argon2id_and_knows_its_password_alone() -> None:
    passwords = Passwords()
    encoded = await passwords.hash("secret-1")
    assert extract_parameters(encoded).type is Type.ID
    assert await passwords.is_right("secret-1", encoded)
    assert not await passwords.is_right("secret-2", encoded)


async def test_a_damaged_hash_is_nobodys_password() -> None:
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    assert not await Passwords(hasher=cheap).is_right("x", "no hash at all")

"""login and userinfo."""

from litestar.di import NamedDependency
from litestar.handlers import route

from chmlfrp.selfhost.context import METHODS, Context
from chmlfrp.selfhost.params import Params
from chmlfrp.selfhost.refusal import Refusal
from chmlfrp.selfhost.rules.account import TWO_KINDS_RULE, is_password_allowed
from chmlfrp.selfhost.store import account
from chmlfrp.selfhost.store.models import User
from chmlfrp.selfhost.wire import AccountRow, Reply, account_row


@route("/login", http_method=METHODS, status_code=200)
async def login(
    params: NamedDependency[Params], context: NamedDependency[Context]
) -> Reply[AccountRow]:
    """Sign in by user name, e-mail address or QQ number."""
    name, password = params.text("username"), params.text("password")
    if not is_password_allowed(password):
        raise Refusal(TWO_KINDS_RULE)
    async with context.database.read() as session:
        user = await account.by_login(session, name)
    if user is None:
        raise Refusal("用户不存在", code=401)
    is_right = await context.passwords.is_right(password, user.password_hash)
    await _count_attempt(context, user, is_right=is_right)
    if not is_right:
        raise Refusal("密码错误", code=401)
    return Reply(msg="登录成功", data=await _row(context, user.token))


@route("/userinfo", http_method=METHODS, status_code=200)
async def userinfo(
    params: NamedDependency[Params], context: NamedDependency[Context]
) -> Reply[AccountRow]:
    """Show the account of a token."""
    return Reply(msg="请求成功", data=await _row(context, params.token()))


async def _count_attempt(context: Context, user: User, *, is_right: bool) -> None:
    if is_right and user.login_attempts == 0:
        return
    async with context.database.write() as session:
        found = await session.get(User, user.id)
        if found is not None:
            found.login_attempts = 0 if is_right else found.login_attempts + 1


async def _row(context: Context, token: str) -> AccountRow:
    async with context.database.read() as session:
        user = await account.by_token(session, token)
        tunnels, connections = await account.usage(session, user.id)
    return account_row(user, tunnels=tunnels, connections=connections)

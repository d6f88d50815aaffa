#include "store/exception.h"

#include <errno.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"

/* Error codes of ClickHouse (src/Common/ErrorCodes.cpp) that a person can do something about. */
enum {
	UNKNOWN_TABLE = 60,
	UNKNOWN_DATABASE = 81,
	READONLY = 164,
	UNKNOWN_USER = 192,
	WRONG_PASSWORD = 193,
	REQUIRED_PASSWORD = 194,
	IP_ADDRESS_NOT_ALLOWED = 195,
	MEMORY_LIMIT_EXCEEDED = 241,
	NOT_ENOUGH_SPACE = 243,
	ACCESS_DENIED = 497,
	AUTHENTICATION_FAILED = 516,
};

/* Those that pass by waiting: the server has too much to do, or it or something behind it is going
 * down or coming up. */
static const uint16_t passing[] = {
	202, /* TOO_MANY_SIMULTANEOUS_QUERIES */
	209, /* SOCKET_TIMEOUT, to another server or from us */
	210, /* NETWORK_ERROR */
	236, /* ABORTED: it is shutting down */
	242, /* TABLE_IS_READ_ONLY: no keeper at the moment */
	252, /* TOO_MANY_PARTS: merges are behind */
	279, /* ALL_CONNECTION_TRIES_FAILED */
	319, /* UNKNOWN_STATUS_OF_INSERT */
	439, /* CANNOT_SCHEDULE_TASK */
	745, /* SERVER_OVERLOADED */
	999, /* KEEPER_EXCEPTION */
};

static bool passes(uint64_t code)
{
	for (size_t i = 0; i < ARRAY_SIZE(passing); i++)
		if (passing[i] == code)
			return true;
	return false;
}

/* Of a proxy before the server: 429 too many requests, 502 and 503 server gone, 504 too slow. */
static bool status_passes(long status)
{
	return status == 429 || (status >= 502 && status <= 504);
}

static uint64_t code_of(const char *text)
{
	const char *at = strstr(text, "Code: ");
	char digits[8] = "";
	uint64_t code = 0;

	if (!at)
		return 0;
	at += strlen("Code: ");
	size_t len = strspn(at, "0123456789");
	if (len < sizeof(digits))
		memcpy(digits, at, len);
	return number_u64(digits, 0, 99999, &code) ? code : 0;
}

/* The sentence between "DB::Exception: " and " (NAME_OF_CODE) (version ...)", its length in *len.
 */
static const char *sentence_of(const char *text, size_t *len)
{
	static const char mark[] = "DB::Exception: ";
	const char *from = strstr(text, mark);

	from = from ? from + strlen(mark) : text;
	const char *version = strstr(from, " (version ");
	const char *stack = strstr(from, "Stack trace:");
	const char *to = version ? version : from + strlen(from);
	if (stack && stack < to)
		to = stack;
	while (to > from && (unsigned char)to[-1] <= ' ')
		to--;
	*len = (size_t)(to - from);
	return from;
}

/* Nothing that ClickHouse says: a proxy, another server, or our own engine without its password. */
static int explain_foreign(const char *sentence, int shown, long status, struct err *e)
{
	if (status == 404 || status == 401 || status == 403)
		return err_set(e, EACCES,
			TR("what answers there is no ClickHouse for us (HTTP %ld)",
				"そこで応答したのは目的の ClickHouse ではありません（HTTP %ld）"),
			status);
	return err_set(e, status_passes(status) ? EAGAIN : EIO,
		TR("database: HTTP %ld: %.*s", "データベース: HTTP %ld: %.*s"), status, shown,
		sentence);
}

int exception_explain(const char *text, long status, struct err *e)
{
	size_t len;
	const char *sentence = sentence_of(text, &len);
	int shown = len < 600 ? (int)len : 600;

	if (strstr(text, "No space left on device"))
		return err_set(e, ENOSPC,
			TR("no space left on the disk of the store",
				"データベースのディスクに空きがありません"));
	switch (code_of(text)) {
	case NOT_ENOUGH_SPACE:
		return err_set(e, ENOSPC,
			TR("no space left on the disk of the store",
				"データベースのディスクに空きがありません"));
	case UNKNOWN_USER:
	case WRONG_PASSWORD:
	case REQUIRED_PASSWORD:
	case IP_ADDRESS_NOT_ALLOWED:
	case AUTHENTICATION_FAILED:
		return err_set(e, EACCES,
			TR("the database server refuses the user or password (password: in the "
			   "address or in TEITEN_STORE_PASSWORD)",
				"データベースがユーザー名またはパスワードを受け付けません（パスワー"
				"ドはアドレスか環境変数 TEITEN_STORE_PASSWORD で指定します）"));
	case ACCESS_DENIED:
	case READONLY:
		return err_set(e, EACCES,
			TR("the database user may not do this: %.*s",
				"データベースのユーザーに権限がありません: %.*s"),
			shown, sentence);
	case UNKNOWN_DATABASE:
		return err_set(e, ENOENT,
			TR("the server does not have this database; make it with CREATE DATABASE: "
			   "%.*s",
				"サーバーにこのデータベースがありません（CREATE DATABASE "
				"で作成してください）: %.*s"),
			shown, sentence);
	case UNKNOWN_TABLE:
		return err_set(
			e, ENOENT, TR("database: %.*s", "データベース: %.*s"), shown, sentence);
	case MEMORY_LIMIT_EXCEEDED:
		return err_set(e, ENOMEM,
			TR("the question needs more memory than the engine may use (setting "
			   "engine.memory_mib)",
				"エンジンが使ってよいメモリーでは足りません（設定 "
				"engine.memory_mib）"));
	case 0:
		return explain_foreign(sentence, shown, status, e);
	default:
		return err_set(e, passes(code_of(text)) ? EAGAIN : EIO,
			TR("database: %.*s", "データベース: %.*s"), shown, sentence);
	}
}

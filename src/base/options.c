#include "base/options.h"

#include "base/text.h"

#include <string.h>

/* argv[*i] as "--name VALUE" or "--name=VALUE"; moves *i to the last word it used. False when it is
 * another word. */
static bool option_value(
	const char *name, int argc, char **argv, int *i, const char **ret, struct err *e)
{
	const char *word = argv[*i];
	size_t len = strlen(name);

	*ret = NULL;
	if (strncmp(word, name, len) != 0 || (word[len] != '\0' && word[len] != '='))
		return false;
	if (word[len] == '=')
		*ret = word + len + 1;
	else if (*i + 1 < argc)
		*ret = argv[++*i];
	else
		err_set(e, EINVAL, TR("%s needs a value", "%s には値が要ります"), name);
	return true;
}

static int take_lang(const char *value, struct err *e)
{
	if (strcmp(value, "en") != 0 && strcmp(value, "ja") != 0)
		return err_set(e, EINVAL,
			TR("--lang is en or ja, not \"%s\"",
				"--lang は en か ja です（「%s」ではありません）"),
			value);
	text_set_lang(lang_of(value));
	return 0;
}

/* One word that may be a global option: 1 taken, 0 not one, negative on errors. */
static int take_word(
	struct options *o, bool before_command, int argc, char **argv, int *i, struct err *e)
{
	const char *value;

	if (option_value("--config", argc, argv, i, &value, e)) {
		o->config = value;
	} else if (option_value("--set", argc, argv, i, &value, e)) {
		if (o->set_count == OPTIONS_SETS_MAX)
			return err_set(e, E2BIG,
				TR("more than %d --set", "--set が %d 個を超えています"),
				OPTIONS_SETS_MAX);
		o->sets[o->set_count++] = value;
	} else if (before_command && option_value("--lang", argc, argv, i, &value, e)) {
		if (value && take_lang(value, e) < 0)
			return -EINVAL;
		o->lang = true;
	} else if (before_command &&
		   (strcmp(argv[*i], "--help") == 0 || strcmp(argv[*i], "-h") == 0)) {
		o->help = true;
		return 1;
	} else if (before_command && strcmp(argv[*i], "--version") == 0) {
		o->version = true;
		return 1;
	} else {
		return 0;
	}
	return value ? 1 : -EINVAL;
}

static enum lang environment_lang(void)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const char *value = getenv(names[i]);
		if (value && *value)
			return lang_of(value);
	}
	return LANG_EN;
}

int options_take(
	struct options *ret, const char *program, int argc, char **argv, struct err *e)
{
	int kept = 0;
	bool ended = false;

	*ret = (struct options){.argv = argv};
	text_set_lang(environment_lang());
	for (int i = 1; i < argc; i++) {
		ended = ended || strcmp(argv[i], "--") == 0;
		int taken = ended ? 0 : take_word(ret, kept == 0, argc, argv, &i, e);
		if (taken < 0)
			return taken;
		if (taken)
			continue;
		if (kept == 0 && argv[i][0] == '-')
			return err_set(e, EINVAL,
				TR("unknown option %s: see %s --help",
					"オプション %s はありません（%s --help "
					"を見てください）"),
				argv[i], program);
		argv[kept++] = argv[i];
	}
	argv[kept] = NULL;
	ret->argc = kept;
	ret->help = ret->help || (kept == 0 && !ret->version);
	return 0;
}

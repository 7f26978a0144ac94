/* act/compose, act/card, rules/dispatch: an application of every profile becomes a warrant, and the
 * card says all of it. [R-0.3] [R-0.4] [R-0.6] [R-1.4] [R-4.4] */
#include "test.h"

#include "act/card.h"
#include "act/compose.h"
#include "act/screening.h"
#include "samples.h"
#include "shipped.h"

#define TODAY ((struct day){ 2026, 11, 20 })

static void
each_case_of_the_matrix_is_its_row(void **state)
{
	static const struct {
		enum series series;
		bool delegate;
		enum route pin, other;
		bool other_to_delegate;
	} ROWS[] = {
		/* as the agreement prints it */
		{ SERIES_DOWNLOAD, false, ROUTE_HONNIN, ROUTE_HONNIN, false },
		{ SERIES_DOWNLOAD, true, ROUTE_KANI, ROUTE_HONNIN, true },
		{ SERIES_CDR, false, ROUTE_KANI, ROUTE_HONNIN, false },
		{ SERIES_CDR, true, ROUTE_KANI, ROUTE_HONNIN, true },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		const struct dispatch *d = dispatch_of(ROWS[i].series, ROWS[i].delegate);
		assert_non_null(d);
		assert_int_equal(d->item[DISPATCH_PIN].route, ROWS[i].pin);
		assert_false(d->item[DISPATCH_PIN].delegate); /* never the PIN */
		assert_int_equal(d->item[DISPATCH_OTHER].route, ROWS[i].other);
		assert_int_equal(d->item[DISPATCH_OTHER].delegate, ROWS[i].other_to_delegate);
	}
	assert_null(dispatch_of(SERIES_COUNT, false));
}

struct walk {
	struct policy policy;
	struct charter *charter;
	size_t done;
	bool profile[64], former, delegate, media, mandate; /* what was seen */
};

static struct compose
request(struct walk *w, const struct application *a)
{
	struct compose c = { .charter = w->charter,
		.policy = &w->policy,
		.application = a,
		.applied = TODAY,
		.dossier = 41,
		.edition = 3,
		.reference = "00000414",
		.last_day = { 2026, 12, 20 } };
	memset(c.salt, 1, sizeof(c.salt));
	memset(c.dossier_key, 2, 32);
	memset(c.record, 3, 32);
	memset(c.screening, 4, 32);
	return c;
}

static void
same(struct der d, const char *text)
{
	assert_int_equal(d.n, strlen(text));
	assert_memory_equal(d.p, text, d.n);
}

static const char *
text_of(const struct application *a, const char *field)
{
	if (strcmp(field, "country") == 0)
		return "JP";
	if (strcmp(field, "serial-number") == 0)
		return "00000414";
	if (strcmp(field, "name") == 0 && a->text[A_former_name][0] != '\0')
		return a->text[A_former_name];
	if (strcmp(field, "roman") == 0 && a->text[A_former_roman][0] != '\0')
		return a->text[A_former_roman];
	for (int f = 0; f < A_FIELDS; f++)
		if (strcmp(application_field_name((enum application_field)f), field) == 0)
			return a->text[f];
	return NULL;
}

/* Field by field against the policy's rows, the mark behind the subject. */
static void
fields_are_the_profiles(const struct walk *w, const struct application *a, const struct card *c)
{
	static const char *const SCOPES_OF[] = { "outside", "signature", "mandate" };
	size_t at = 0, marks = 0;
	for (size_t i = 0; i < w->policy.field_count; i++) {
		const struct profile_field *row = &w->policy.fields[i];
		const char *text;
		if (strcmp(row->profile, c->certificate.profile) != 0)
			continue;
		if (row->place != PLACE_SUBJECT && marks == 0) {
			assert_string_equal(c->field[at].scope, "mark");
			same(c->field[at].value, "TEST 試験用");
			assert_string_equal(c->field[at].oid, "2.5.4.11");
			marks++;
			at++;
		}
		text = text_of(a, row->field);
		assert_non_null(text);
		if (text[0] == '\0') {
			assert_false(row->required);
			continue;
		}
		same(c->field[at].value, text);
		assert_string_equal(c->field[at].oid, row->oid);
		assert_string_equal(c->field[at].ja, row->ja);
		assert_string_equal(c->field[at].scope, SCOPES_OF[row->scope]);
		at++;
	}
	if (marks == 0)
		assert_string_equal(c->field[at++].scope, "mark");
	assert_int_equal(at, c->fields);
}

static void
deliveries_go_to_the_form(const struct application *a, const struct card *c)
{
	const struct delivery *pin = &c->delivery[DISPATCH_PIN],
			      *other = &c->delivery[DISPATCH_OTHER];
	bool delegate = a->text[A_delegate_name][0] != '\0';
	same(pin->name, a->text[A_name]); /* the name on the ID, not a former one */
	same(pin->postcode, a->text[A_postcode]);
	same(pin->address, a->text[A_address]);
	assert_false(pin->delegate);
	assert_int_equal(other->delegate, delegate);
	same(other->name, a->text[delegate ? A_delegate_name : A_name]);
	same(other->address, a->text[delegate ? A_delegate_address : A_address]);
	same(c->certificate.subscriber, a->text[A_name]);
	same(c->certificate.email, a->text[A_email]);
}

static void
one_application(struct walk *w, const struct application *a)
{
	uint8_t bytes[WARRANT_MOST];
	struct sink packed = SINK_INTO(bytes);
	struct fault fault = { 0 };
	struct card card = { 0 };
	struct compose c = request(w, a);
	if (!compose_certificate(&c, &packed, &fault))
		fail_msg("%s", fault.say);
	assert_true(
	    card_read(der_of(packed.at, packed.len), w->charter, &w->policy, &card, &fault));
	fields_are_the_profiles(w, a, &card);
	deliveries_go_to_the_form(a, &card);
	const struct product *p = policy_product(&w->policy, a->text[A_product], TODAY);
	assert_int_equal(card.certificate.years, p->years);
	assert_int_equal(card.certificate.media, p->series == SERIES_CDR);
	assert_string_equal(card.certificate.vend_rule, "civil143");
	assert_int_equal(card.warrant.edition, 3);
	assert_string_equal(card.product_ja, p->name_ja);
	for (size_t i = 0; i < w->policy.profile_count; i++)
		if (strcmp(w->policy.profiles[i].code, card.certificate.profile) == 0) {
			w->profile[i] = true;
			assert_int_equal(w->policy.profiles[i].mandate, p->mandate);
		}
	w->former |= a->text[A_former_name][0] != '\0';
	w->delegate |= card.delivery[DISPATCH_OTHER].delegate;
	w->media |= card.certificate.media;
	w->done++;
}

static void
row(const struct csv *csv, void *context)
{
	struct walk *w = context;
	const char *typed[A_FIELDS];
	struct application a;
	static struct findings findings;
	findings = (struct findings){ 0 };
	for (int f = 0; f < A_FIELDS; f++)
		typed[f] = csv_get(csv, application_field_name((enum application_field)f));
	if (!application_check(&w->policy, typed, TODAY, &a, &findings))
		return;
	one_application(w, &a);
	application_free(&a);
}

static int
walk_new(void **state)
{
	struct walk *w = calloc(1, sizeof(*w));
	shipped(&w->policy);
	memset(w->policy.digest, 9, 32);
	w->charter = calloc(1, sizeof(*w->charter));
	w->charter->rehearsal = true;
	memset(w->charter->service, 7, SERVICE_ID);
	*state = w;
	return 0;
}

static int
walk_free(void **state)
{
	struct walk *w = *state;
	policy_free(&w->policy);
	free(w->charter);
	free(w);
	return 0;
}

static void
every_profile_is_composed_and_read_back_whole(void **state)
{
	struct walk *w = *state;
	sample_each("applications.csv", row, w);
	assert_int_equal(w->done, 79);
	for (size_t i = 0; i < w->policy.profile_count; i++)
		assert_true(w->profile[i]);
	assert_true(w->former && w->delegate && w->media);
}

/* An individual with everything filled; the caller frees it. */
static struct application
somebody(void)
{
	struct application a;
	static const struct {
		enum application_field field;
		const char *text;
	} FILLED[] = {
		{ A_product, "DL-B2" },
		{ A_kind, "individual" },
		{ A_name, "髙﨑　𠮷葛󠄀" },
		{ A_roman, "TAKASAKI YOSHI" },
		{ A_birth, "1980-03-31" },
		{ A_sex, "F" },
		{ A_postcode, "1000013" },
		{ A_address, "東京都千代田区霞が関三丁目1番1号" },
		{ A_email, "hanako@example.jp" },
		{ A_lang, "ja" },
	};
	for (int f = 0; f < A_FIELDS; f++)
		a.text[f] = strdup("");
	for (size_t i = 0; i < COUNT(FILLED); i++) {
		free(a.text[FILLED[i].field]);
		a.text[FILLED[i].field] = strdup(FILLED[i].text);
	}
	return a;
}

static void
put(struct application *a, enum application_field f, const char *text)
{
	free(a->text[f]);
	a->text[f] = strdup(text);
}

static void
what_cannot_be_composed_says_which(void **state)
{
	static const struct {
		enum application_field field;
		const char *text;
		const struct refusal *row;
		const char *named;
	} ROWS[] = {
		{ A_name, "", &COMPOSE_FIELD, "name" },
		{ A_address, "", &COMPOSE_FIELD, "address" },
		{ A_roman, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		    &COMPOSE_LONG, "roman" },
		{ A_product, "DL-X9", &COMPOSE_PRODUCT, "product" },
		{ A_kind, "nobody", &COMPOSE_PRODUCT, "product" },
		{ A_product, "DL-I2", &COMPOSE_PRODUCT, "product" }, /* no such profile */
	};
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		uint8_t bytes[WARRANT_MOST];
		struct sink packed = SINK_INTO(bytes);
		struct fault fault = { 0 };
		struct application a = somebody();
		put(&a, ROWS[i].field, ROWS[i].text);
		struct compose c = request(*state, &a);
		assert_false(compose_certificate(&c, &packed, &fault));
		assert_ptr_equal(fault.row, ROWS[i].row);
		assert_string_equal(fault.field, ROWS[i].named);
		assert_int_equal(packed.len, 0);
		application_free(&a);
	}
}

static void
a_real_service_has_no_mark(void **state)
{
	struct walk *w = *state;
	uint8_t bytes[WARRANT_MOST];
	struct sink packed = SINK_INTO(bytes);
	struct fault fault = { 0 };
	struct card card = { 0 };
	struct application a = somebody();
	struct compose c = request(w, &a);
	w->charter->rehearsal = false;
	assert_true(compose_certificate(&c, &packed, &fault));
	assert_true(
	    card_read(der_of(packed.at, packed.len), w->charter, &w->policy, &card, &fault));
	for (size_t i = 0; i < card.fields; i++)
		assert_string_not_equal(card.field[i].scope, "mark");
	assert_false(card.rehearsal);
	w->charter->rehearsal = true;
	application_free(&a);
}

static size_t
composed(struct walk *w, struct application *a, uint8_t bytes[WARRANT_MOST])
{
	struct sink packed = { .at = bytes, .cap = WARRANT_MOST };
	struct fault fault = { 0 };
	struct compose c = request(w, a);
	assert_true(compose_certificate(&c, &packed, &fault));
	return packed.len;
}

/* No byte is unseen: cut or lengthened it is refused; changed it is refused or another warrant. */
static void
the_card_is_of_every_byte(void **state)
{
	struct walk *w = *state;
	uint8_t bytes[WARRANT_MOST + 1], digest[32];
	struct application a = somebody();
	size_t n = composed(w, &a, bytes), refused = 0;
	struct card card = { 0 };
	bytes[n] = 0;
	warrant_digest(der_of(bytes, n), digest);
	for (size_t i = 0; i <= n + 1; i++) {
		struct fault fault = { 0 };
		if (i != n)
			assert_false(
			    card_read(der_of(bytes, i), w->charter, &w->policy, &card, &fault));
	}
	for (size_t bit = 0; bit < n * 8; bit++) {
		struct fault fault = { 0 };
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		if (card_read(der_of(bytes, n), w->charter, &w->policy, &card, &fault))
			assert_memory_not_equal(card.digest, digest, 32);
		else
			refused++;
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	assert_true(refused > n);
	application_free(&a);
}

static void
what_could_deceive_a_screen_is_refused(void **state)
{
	static const char *const TEXTS[] = {
		"a\x1b[2Jb@example.jp", /* erases the terminal */
		"a\nb@example.jp",
		"a\xc2\x9b"
		"2Jb@example.jp", /* the same, in one octet of Latin-1 */
		"a\xe2\x80\xae"
		"b@example.jp", /* right to left */
		"a\xe2\x80\x8b"
		"b@example.jp", /* nothing to see */
	};
	struct walk *w = *state;
	for (size_t i = 0; i < COUNT(TEXTS); i++) {
		uint8_t bytes[WARRANT_MOST];
		struct fault fault = { 0 };
		struct card card = { 0 };
		struct application a = somebody();
		put(&a, A_email, TEXTS[i]);
		size_t n = composed(w, &a, bytes);
		assert_false(card_read(der_of(bytes, n), w->charter, &w->policy, &card, &fault));
		assert_ptr_equal(fault.row, &CARD_TEXT);
		assert_null(strpbrk(fault.say, "\x1b\n"));
		application_free(&a);
	}
}

static void
another_services_or_another_policys_is_refused(void **state)
{
	struct walk *w = *state;
	uint8_t bytes[WARRANT_MOST];
	struct card card = { 0 };
	struct fault one = { 0 }, two = { 0 }, three = { 0 };
	struct application a = somebody();
	size_t n = composed(w, &a, bytes);
	w->charter->service[0] ^= 1;
	assert_false(card_read(der_of(bytes, n), w->charter, &w->policy, &card, &one));
	assert_ptr_equal(one.row, &CARD_OTHER);
	w->charter->service[0] ^= 1;
	w->policy.digest[0] ^= 1;
	assert_false(card_read(der_of(bytes, n), w->charter, &w->policy, &card, &two));
	assert_ptr_equal(two.row, &CARD_OTHER);
	w->policy.digest[0] ^= 1;
	/* a field the profile does not have */
	struct policy less = w->policy;
	less.field_count = 1;
	assert_false(card_read(der_of(bytes, n), w->charter, &less, &card, &three));
	assert_ptr_equal(three.row, &CARD_FIELD);
	application_free(&a);
}

static void
the_card_for_people_says_all_of_it(void **state)
{
	static const char *const SAID[] = { "【試験用】", "案件 41", "第 3 版",
		"髙﨑　𠮷葛󠄀", "認定の対象］", "認定の対象外",
		"東京都千代田区霞が関三丁目1番1号", "2026-12-20", "hanako@example.jp",
		"本人限定受取郵便", "TEST 試験用", "有効期間 2 年", "0303030303", "0404040404" };
	struct walk *w = *state;
	uint8_t bytes[WARRANT_MOST];
	struct card card = { 0 };
	struct fault fault = { 0 };
	OWN_SINK text = SINK_GROW(1 << 18);
	struct application a = somebody();
	size_t n = composed(w, &a, bytes);
	assert_true(card_read(der_of(bytes, n), w->charter, &w->policy, &card, &fault));
	card_print(&card, &text);
	const char *say = sink_string(&text);
	for (size_t i = 0; i < COUNT(SAID); i++)
		assert_non_null(strstr(say, SAID[i]));
	assert_non_null(strstr(say, card.words));
	application_free(&a);
}

static void
a_screening_record_of_another_form_is_refused(void **state)
{
	(void)state;
	static uint8_t bytes[SCREENING_MOST];
	struct screening *s = calloc(1, sizeof(*s)), *back = calloc(1, sizeof(*back));
	struct sink out = SINK_INTO(bytes);
	struct fault fault = { 0 };
	assert_true(s != NULL && back != NULL);
	s->dossier = 41;
	s->federation.day = TODAY;
	snprintf(s->person, sizeof(s->person), "sato");
	for (; s->entries < 3; s->entries++)
		snprintf(s->entry[s->entries].code, sizeof(s->entry[0].code), "C-%zu", s->entries);
	screening_pack(s, &out);
	assert_true(screening_unpack(der_of(bytes, out.len), back, &fault));
	assert_int_equal(back->entries, 3);
	assert_string_equal(back->person, "sato");
	for (size_t cut = 0; cut < out.len; cut++) {
		struct fault short_of = { 0 };
		assert_false(screening_unpack(der_of(bytes, cut), back, &short_of));
		assert_ptr_equal(short_of.row, &SCREENING_FORM);
	}
	free(s);
	free(back);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_case_of_the_matrix_is_its_row),
		cmocka_unit_test(every_profile_is_composed_and_read_back_whole),
		cmocka_unit_test(what_cannot_be_composed_says_which),
		cmocka_unit_test(a_real_service_has_no_mark),
		cmocka_unit_test(the_card_is_of_every_byte),
		cmocka_unit_test(what_could_deceive_a_screen_is_refused),
		cmocka_unit_test(another_services_or_another_policys_is_refused),
		cmocka_unit_test(the_card_for_people_says_all_of_it),
		cmocka_unit_test(a_screening_record_of_another_form_is_refused),
	};
	return cmocka_run_group_tests(tests, walk_new, walk_free);
}

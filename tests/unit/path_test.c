/*
 * pki/path, pki/bundle, pki/inspect: our own certificate in the three ways a reader sees it, and
 * every changed bit of what a stranger may hand in. tests/flow/cert.sh has other programs' paths.
 */
#include "pki.h"

#include "pki/inspect.h"
#include "pki/path.h"

enum { DAY = 86400 };

static struct der
empty_list(const struct pki *p, uint8_t *at, size_t cap)
{
	struct crl_head head = { .issuer = p->name,
		.this_update = p->body.not_before,
		.next_update = { p->body.not_before.sec + DAY },
		.number = 1 };
	uint8_t digest[32], signature[RSA_SIGNATURE_MOST], buf[CRL_PREFIX_MOST], end[1024];
	struct sink tbs = SINK_INTO(buf), sig = SINK_INTO(signature),
		    whole = { .at = at, .cap = cap }, after = SINK_INTO(end);
	struct fault f = { 0 };
	memcpy(head.issuer_key_id, p->body.issuer_key_id, 20);
	crl_prefix(&head, &tbs);
	crl_suffix(&head, &tbs);
	digest_of(tbs.at, tbs.len, digest);
	assert_true(rsa_sign(p->ca_key, digest, &sig, &f));
	crl_frame(&head, sig.len, &whole, sig.at, &after);
	sink_bytes(&whole, tbs.at, tbs.len);
	sink_bytes(&whole, after.at, after.len);
	assert_false(whole.full);
	return der_of(whole.at, whole.len);
}

struct bench {
	struct pki *pki;
	uint8_t list[4096], copy[CERT_MOST];
	struct bundle_file anchor, crl;
	struct path_job job;
};

static int
setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	assert_non_null(b);
	b->pki = pki_new();
	b->anchor = (struct bundle_file){ "ca.crt", b->pki->ca_cert };
	b->crl = (struct bundle_file){ "ca.crl", empty_list(b->pki, b->list, sizeof(b->list)) };
	b->job = (struct path_job){ .end_entity = { "taro.crt", b->pki->cert },
		.anchors = &b->anchor,
		.anchor_count = 1,
		.crls = &b->crl,
		.crl_count = 1,
		.at = { b->pki->body.not_before.sec + 3600 } };
	*state = b;
	return 0;
}

static int
teardown(void **state)
{
	struct bench *b = *state;
	pki_free(b->pki);
	free(b);
	return 0;
}

static void
our_certificate_is_good_only_while_it_and_its_list_are(void **state)
{
	struct bench *b = *state;
	static const struct {
		int64_t after;
		const char *reason;
	} ROWS[] = { { 0, "valid" }, { DAY - 1, "valid" }, { DAY, "list-expired" },
		{ -1, "list-not-yet-valid" } };
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct path_job job = b->job;
		struct path_verdict v;
		struct fault f = { 0 };
		job.at.sec = b->pki->body.not_before.sec + ROWS[i].after;
		assert_true(path_verify(&job, &v, &f));
		assert_string_equal(v.reason, ROWS[i].reason);
		assert_int_equal(v.valid, i < 2);
	}
	struct path_job without = b->job;
	struct path_verdict v;
	struct fault f = { 0 };
	without.crl_count = 0;
	assert_true(path_verify(&without, &v, &f));
	assert_string_equal(v.reason, "no-list");
	without.anchor_count = 0;
	assert_true(path_verify(&without, &v, &f));
	assert_string_equal(v.reason, "no-path");
}

static void
no_changed_bit_of_the_certificate_is_good(void **state)
{
	struct bench *b = *state;
	size_t n = b->pki->cert.n;
	size_t read = 0;
	struct path_job job = b->job;
	memcpy(b->copy, b->pki->cert.p, n);
	job.end_entity.bytes = der_of(b->copy, n);
	for (size_t bit = 0; bit < n * 8; bit += pki_stride()) {
		struct path_verdict v = { 0 };
		struct fault f = { 0 };
		b->copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
		if (path_verify(&job, &v, &f)) {
			assert_false(v.valid);
			read++;
		} else {
			assert_ptr_equal(f.row, &BUNDLE_FILE);
			assert_int_equal(f.code, FAULT_USAGE);
		}
		b->copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	assert_true(read > n / 7);
	for (size_t cut = 0; cut < n; cut++) {
		struct path_verdict v;
		struct fault f = { 0 };
		job.end_entity.bytes = der_of(b->copy, cut);
		assert_false(path_verify(&job, &v, &f));
		assert_ptr_equal(f.row, &BUNDLE_FILE);
	}
}

static void
no_changed_bit_of_the_list_makes_it_good(void **state)
{
	struct bench *b = *state;
	for (size_t bit = 0; bit < b->crl.bytes.n * 8; bit += pki_stride()) {
		struct path_verdict v = { 0 };
		struct fault f = { 0 };
		b->list[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_false(path_verify(&b->job, &v, &f) && v.valid);
		b->list[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
}

struct seen {
	int rows, names;
	bool odd; /* a text that is no UTF-8 or would move a cursor */
};

static void
see(void *with, const struct inspect_row *r)
{
	struct seen *s = with;
	s->rows++;
	s->names += strcmp(r->text, PKI_NAME) == 0;
	s->odd = s->odd || strpbrk(r->text, "\x1b\n\r\x07") != NULL;
}

static void
every_field_is_shown_and_no_changed_bit_breaks_the_view(void **state)
{
	struct bench *b = *state;
	struct seen whole = { 0 };
	struct fault f = { 0 };
	struct bundle_file file = { "taro.crt", b->pki->cert };
	assert_true(inspect_file(&file, see, &whole, &f));
	assert_int_equal(whole.names, 1);
	/* 9 of the certificate itself, its names, 2 for policy, one each for the rest */
	assert_int_equal(
	    whole.rows, 9 + (int)COUNT(PKI_ROOT_NAME) + (int)COUNT(PKI_FIELDS) + 1 + 2 + 1 + 3);
	size_t n = b->pki->cert.n;
	memcpy(b->copy, b->pki->cert.p, n);
	file.bytes = der_of(b->copy, n);
	for (size_t bit = 0; bit < n * 8; bit += pki_stride()) {
		struct seen s = { 0 };
		struct fault g = { 0 };
		b->copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
		if (!inspect_file(&file, see, &s, &g))
			assert_ptr_equal(g.row, &BUNDLE_FILE);
		assert_false(s.odd);
		b->copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(our_certificate_is_good_only_while_it_and_its_list_are),
		cmocka_unit_test(no_changed_bit_of_the_certificate_is_good),
		cmocka_unit_test(no_changed_bit_of_the_list_makes_it_good),
		cmocka_unit_test(every_field_is_shown_and_no_changed_bit_breaks_the_view),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}

#include "wire/signer.h"

static const struct record_field HEAD[] = {
	RECORD(signer_head, now, INSTANT),
	RECORD(signer_head, older, INT),
	RECORD(signer_head, size, INT),
	RECORD(signer_head, root, FIXED),
	RECORD(signer_head, proof, BYTES),
};
static const struct record_field DOCUMENT[] = {
	RECORD(signer_document, head, BYTES),
	RECORD(signer_document, document, BYTES),
	RECORD(signer_document, extra, BYTES),
	RECORD(signer_document, acts, BYTES),
};
static const struct record_field ORDERS[] = {
	RECORD(signer_orders, head, BYTES),
	RECORD(signer_orders, orders, BYTES),
};
static const struct record_field ISSUE[] = {
	RECORD(signer_issue, sealed, BYTES),
	RECORD(signer_issue, wrapped, BYTES),
	RECORD(signer_issue, acts, BYTES),
	RECORD(signer_issue, spki, BYTES),
	RECORD(signer_issue, statement, BYTES),
};
static const struct record_field ISSUED[] = {
	RECORD(signer_issued, serial, FIXED),
	RECORD(signer_issued, not_before, INSTANT),
	RECORD(signer_issued, not_after, INSTANT),
	RECORD(signer_issued, digest, FIXED),
	RECORD(signer_issued, for_dossier, BYTES),
	RECORD(signer_issued, for_package, BYTES),
};
static const struct record_field END[] = {
	RECORD(signer_end, issued, BYTES),
	RECORD(signer_end, fault, BYTES),
};
static const struct record_field BOOKED[] = {
	RECORD(signer_booked, dossier, INT),
	RECORD(signer_booked, edition, INT),
};
static const struct record_field RECEIPT[] = {
	RECORD(signer_receipt, line, BYTES),
	RECORD(signer_receipt, signature, BYTES),
};
static const struct record_field LIST[] = {
	RECORD(signer_list, number, INT),
	RECORD(signer_list, bytes, INT),
	RECORD(signer_list, tbs, FIXED),
	RECORD(signer_list, line, BYTES),
};
static const struct record_field LIST_PART[] = {
	RECORD(signer_list_part, number, INT),
	RECORD(signer_list_part, offset, INT),
};
static const struct record_field LINES[] = {
	RECORD(signer_lines, segment, INT),
	RECORD(signer_lines, offset, INT),
	RECORD(signer_lines, bytes, BYTES),
};
static const struct record_field STATUS[] = {
	RECORD(signer_status, service, FIXED),
	RECORD(signer_status, rehearsal, BOOL),
	RECORD(signer_status, seq, INT),
	RECORD(signer_status, charter, INT),
	RECORD(signer_status, list, INT),
	RECORD(signer_status, size, INT),
	RECORD(signer_status, issued, INT),
	RECORD(signer_status, revoked, INT),
	RECORD(signer_status, unbooked, INT),
	RECORD(signer_status, root, FIXED),
	RECORD(signer_status, last, FIXED),
	RECORD(signer_status, charter_packed, BYTES),
	RECORD(signer_status, pack, BYTES),
	RECORD(signer_status, certificate, BYTES),
};

RECORD_PAIR(signer_head, read, HEAD)
RECORD_PAIR(signer_document, read, DOCUMENT)
RECORD_PAIR(signer_orders, read, ORDERS)
RECORD_PAIR(signer_issue, read, ISSUE)
RECORD_PAIR(signer_issued, read, ISSUED)
RECORD_PAIR(signer_end, read, END)
RECORD_PAIR(signer_booked, read, BOOKED)
RECORD_PAIR(signer_receipt, read, RECEIPT)
RECORD_PAIR(signer_lines, read, LINES)
RECORD_PAIR(signer_list, read, LIST)
RECORD_PAIR(signer_list_part, read, LIST_PART)
RECORD_PAIR(signer_status, read, STATUS)

/* What each column of an application takes [requirements 0.2]. */
#include "rules/application_in.h"

#define ALL ((1u << KINDS) - 1)
#define K(k) (1u << KIND_##k)
#define ORGANISED (K(REPRESENTATIVE) | K(EMPLOYEE))
#define OFFICE (K(SOLE_PROPRIETOR) | K(GYOSEISHOSHI))

const struct application_row APPLICATION_ROW[A_FIELDS] = {
	/* clang-format off */
	[A_ref]			= { "受付番号", SHAPE_REF, ALL, ALL, 64, NULL, "R-4.28" },
	[A_form_date]		= { "申込日", SHAPE_DAY, ALL, ALL, 20, NULL, "R-4.26" },
	[A_product]		= { "商品", SHAPE_PRODUCT, ALL, ALL, 16, NULL, "R-4.3" },
	[A_kind]		= { "種別", SHAPE_KIND, ALL, ALL, 32, NULL, "R-4.3" },
	[A_name]		= { "氏名", SHAPE_PERSON, ALL, ALL, 64, NULL, "R-4.4" },
	[A_kana]		= { "フリガナ", SHAPE_KANA, ALL, ALL, 100, NULL, "R-4.4" },
	[A_roman]		= { "氏名（ローマ字）", SHAPE_ROMAN, ALL, ALL, 64, NULL, "R-4.4" },
	[A_former_name]		= { "旧姓を含む氏名", SHAPE_PERSON, 0, ALL, 64, NULL, "R-4.18" },
	[A_former_roman]	= { "旧姓を含む氏名（ローマ字）", SHAPE_ROMAN, 0, ALL, 64, NULL, "R-4.4" },
	[A_birth]		= { "生年月日", SHAPE_BIRTH, ALL, ALL, 32, NULL, "R-4.7" },
	[A_sex]			= { "性別", SHAPE_WORD, ALL, ALL, 1, "M F", "R-4.7" },
	[A_nationality]		= { "国籍", SHAPE_NATION, 0, ALL, 3, NULL, "R-4.5" },
	[A_stay_until]		= { "在留期間の満了日", SHAPE_STAY, 0, ALL, 32, NULL, "R-2.13" },
	[A_postcode]		= { "郵便番号", SHAPE_POSTCODE, ALL, ALL, 16, NULL, "R-4.6" },
	[A_address]		= { "住所", SHAPE_HOME, ALL, ALL, 128, NULL, "R-1.1" },
	[A_address_roman]	= { "住所（ローマ字）", SHAPE_ASCII, ALL, ALL, 128, NULL, "R-4.6" },
	[A_phone]		= { "電話番号", SHAPE_PHONE, ALL, ALL, 32, NULL, "R-4.19" },
	[A_email]		= { "メールアドレス", SHAPE_EMAIL, ALL, ALL, 254, NULL, "R-4.8" },
	[A_lang]		= { "連絡の言語", SHAPE_WORD, ALL, ALL, 2, "ja en", "R-4.1" },
	[A_trade_name]		= { "屋号", SHAPE_TRADE, OFFICE, OFFICE, 64, NULL, "R-4.9" },
	[A_organisation]	= { "組織名", SHAPE_TEXT, ORGANISED, ORGANISED, 64, NULL, "R-4.10" },
	[A_organisation_address] = { "組織・事務所の所在地", SHAPE_ADDRESS, ORGANISED | OFFICE, ORGANISED | OFFICE, 128, NULL, "R-4.10" },
	[A_representative]	= { "組織代表者名", SHAPE_TEXT, ORGANISED, ORGANISED, 64, NULL, "R-4.10" },
	[A_corporate_number]	= { "法人番号", SHAPE_CORPORATE, ORGANISED, ORGANISED, 13, NULL, "R-4.10" },
	[A_department]		= { "所属部門名", SHAPE_TEXT, K(EMPLOYEE), K(EMPLOYEE), 64, NULL, "R-4.11" },
	[A_department_address]	= { "部門所在地", SHAPE_ADDRESS, K(EMPLOYEE), K(EMPLOYEE), 128, NULL, "R-4.11" },
	[A_title]		= { "肩書", SHAPE_TEXT, ORGANISED, ORGANISED, 64, NULL, "R-4.11" },
	[A_authority]		= { "代理権内容", SHAPE_TEXT, 0, K(EMPLOYEE), 1024, NULL, "R-4.17" },
	[A_gyosei_number]	= { "行政書士登録番号", SHAPE_DIGITS8, K(GYOSEISHOSHI), K(GYOSEISHOSHI), 8, NULL, "R-4.56" },
	[A_delegate_name]	= { "代理受取人の氏名", SHAPE_PERSON, 0, ALL, 64, NULL, "R-4.12" },
	[A_delegate_postcode]	= { "代理受取人の郵便番号", SHAPE_POSTCODE, 0, ALL, 16, NULL, "R-4.12" },
	[A_delegate_address]	= { "代理受取人の住所", SHAPE_HOME, 0, ALL, 128, NULL, "R-4.12" },
	[A_delegate_phone]	= { "代理受取人の電話番号", SHAPE_PHONE, 0, ALL, 32, NULL, "R-4.12" },
	[A_channel]		= { "提出方法", SHAPE_WORD, ALL, ALL, 16, "post in-person", "R-4.21" },
	[A_photo_id]		= { "写真付き身分証明書", SHAPE_PHOTO, 0, ALL, 32, NULL, "R-4.21" },
	[A_payer]		= { "振込名義", SHAPE_PAYER, 0, ALL, 96, NULL, "R-6.7" },
	/* clang-format on */
};

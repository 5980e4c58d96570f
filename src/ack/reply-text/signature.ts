/** What mail is written with; the names are the same in all languages. */
const devices =
  'iphone|ipad|ipod|android|galaxy|samsung|blackberry|windows|outlook|yahoo|gmail|proton|k-9|huawei|xiaomi|redmi|oneplus|pixel|nokia|motorola|htc|mobil\\p{L}*|móvil|handy|smartphone|phone|tel[eé]fono?|t[eé]l[eé]phone|device|tablet|cell|e?mail\\p{L}*|airmail|spark|thunderbird|fairemail|ti-\\d+|телефон\\p{L}*|携帯|スマートフォン|手机|手機|휴대폰|スマホ';
/** "sent" in the languages of the world, for those that do not begin with it. */
const sent =
  'envoyée?|gesendet|verschickt|geschrieben|enviado|enviada|enviat|inviato|verzonden|verstuurd|skickat|sendt|lähetetty|wysłan\\p{L}*|отправлен\\p{L}*|надіслан\\p{L}*|відправлен\\p{L}*|odeslán\\p{L}*|odoslan\\p{L}*|trimis|gönderil\\p{L}*|στάλθηκε|εστάλη|(?:el)?küldve|poslan\\p{L}*|أُرسلت?|أرسلت?|مرسل|نُشر|נשלח|gửi|dikirim|ارسال';
const patterns = [
  new RegExp(
    `^[\\s<(*_[-]*(?:sent|written|typed|composed|dictated|posted) (?:from|via|with|by|using|on)(?!\\p{L}).*(?<!\\p{L})(?:${devices}|my)(?!\\p{L})`,
    'iu',
  ),
  new RegExp(`(?<!\\p{L})(?:${sent})(?!\\p{L}).*(?:${devices})`, 'iu'),
  new RegExp(`(?:${devices}).*(?:${sent})(?!\\p{L})`, 'iu'),
  new RegExp(
    `^[<(*_\\s]*(?:\\S+ )?(?:sent )?(?:from|by) (?:my )?(?:${devices})(?!\\p{L})[^.?!]{0,20}$`,
    'iu',
  ),
  // No spaces between words.
  new RegExp(`^(?:发自|發自|ส่งจาก)|(?:${devices}).{0,10}(?:送信|傳送|发送|發送|보냄)`, 'iu'),
  /\boutlook\b.{0,20}\b(?:ios|android|mac)(?:\b|https?:)/iu,
  /^yahoo mail:/iu,
];

/** Whether a line is one that a client puts below a mail by itself: "Sent from my …", in many languages. */
export function isClientSignature(line: string): boolean {
  return line.length <= 160 && !/[?？]$/.test(line) && patterns.some((pattern) => pattern.test(line));
}

//! Names of tracks, albums and artists: invented, in many scripts, decided by a number.

use super::id::mix;

const FIRST: [&str; 24] = [
    "Copper",
    "Paper",
    "Velvet",
    "Hollow",
    "Northern",
    "Quiet",
    "Paraffin",
    "Amber",
    "Marble",
    "Distant",
    "Crooked",
    "Saffron",
    "Borrowed",
    "Tidal",
    "Cobalt",
    "Wandering",
    "Gravel",
    "Lunar",
    "Feathered",
    "Rusted",
    "Second-Hand",
    "Lemon",
    "Folding",
    "Unlit",
];

const SECOND: [&str; 24] = [
    "Heron Society",
    "Tramline",
    "Orchard Committee",
    "Kilometres",
    "Lantern Repair",
    "Weather Office",
    "Cartographers' Ball",
    "Ferrymen",
    "Switchboard",
    "Harbour Choir",
    "Beekeepers",
    "Signal Box",
    "Umbrella Thieves",
    "Allotment",
    "Night Bakery",
    "Escalator",
    "Inventory",
    "Postal Sledge",
    "Swimming Lessons",
    "Observatory",
    "Typewriter Six",
    "Gasometer",
    "Rowing Club",
    "Almanac",
];

/// Artists whose names are not in Latin letters, or hold more than ASCII.
const ELSEWHERE: [&str; 16] = [
    "Хрустальный Трамвай",
    "夜明けの羅針盤",
    "은하수 정류장",
    "فرقة الميناء القديم",
    "Οι Ναυαγοί της Λίμνης",
    "Las Brújulas Rotas",
    "Żółte Latawce Nocą",
    "Сонячний Причал",
    "गली का चाँद",
    "שדרת הרוח",
    "雨巷電台",
    "วงโคมไฟริมน้ำ",
    "Đèn Lồng Giấy",
    "Þokulúðurinn",
    "Grüße aus Unterwasser",
    "Canım Vapur",
];

const ADJECTIVES: [&str; 20] = [
    "Slow",
    "Golden",
    "Last",
    "Invisible",
    "Foreign",
    "Second",
    "Early",
    "Broken",
    "Secret",
    "Silver",
    "Long",
    "Careless",
    "Patient",
    "Winter",
    "Electric",
    "Stolen",
    "Upstairs",
    "Salted",
    "Parallel",
    "Tender",
];

const NOUNS: [&str; 28] = [
    "Harbour",
    "Staircase",
    "Morning",
    "Compass",
    "Satellite",
    "Window",
    "Orchard",
    "Postcard",
    "Avalanche",
    "Telephone",
    "Lighthouse",
    "Carousel",
    "Thunder",
    "Timetable",
    "Kingfisher",
    "Horizon",
    "Suitcase",
    "Mirror",
    "Engine",
    "Snowfall",
    "Balcony",
    "Peninsula",
    "Metronome",
    "Chandelier",
    "Overcoat",
    "Alphabet",
    "Firefly",
    "Platform Nine",
];

const ELSEWHERE_TITLES: [&str; 12] = [
    "Письмо с причала",
    "真夜中の自転車",
    "두 번째 봄",
    "رسالة إلى البحر",
    "Το τελευταίο τρένο",
    "Canción del ascensor",
    "Zimowy tramwaj",
    "Лист без адреси",
    "बारिश के बाद",
    "מכתב לים",
    "未寄出的明信片",
    "Vögel über'm Kanal",
];

fn pick<'a>(from: &[&'a str], bits: u64) -> &'a str {
    from[(bits % from.len() as u64) as usize]
}

/// How many artists there are.
pub(crate) const ARTISTS: u64 = 24 * 24;

/// The name of an artist.
pub(crate) fn artist(number: u64) -> String {
    if number % 9 == 4 {
        return pick(&ELSEWHERE, number / 9).to_owned();
    }
    let name = format!(
        "{} {}",
        pick(&FIRST, number),
        pick(&SECOND, number / 24 + number)
    );
    if number % 5 == 2 {
        format!("The {name}")
    } else {
        name
    }
}

/// The name of an album.
pub(crate) fn album(number: u64) -> String {
    let bits = mix(number ^ 0xA1B0);
    match bits % 6 {
        0 => format!(
            "{} {}",
            pick(&ADJECTIVES, bits >> 8),
            pick(&NOUNS, bits >> 16)
        ),
        1 => format!("The {} Sessions", pick(&NOUNS, bits >> 8)),
        2 => format!("After the {}", pick(&NOUNS, bits >> 8)),
        3 => format!(
            "My {}, Your {}",
            pick(&NOUNS, bits >> 8),
            pick(&NOUNS, bits >> 16)
        ),
        4 => pick(&ELSEWHERE_TITLES, bits >> 8).to_owned(),
        _ => format!("{} / {}", pick(&NOUNS, bits >> 8), pick(&NOUNS, bits >> 16)),
    }
}

/// The name of a track.
pub(crate) fn track(number: u64) -> String {
    let bits = mix(number ^ 0x77AC);
    let (adjective, noun) = (pick(&ADJECTIVES, bits >> 8), pick(&NOUNS, bits >> 16));
    match bits % 12 {
        0 | 1 => noun.to_owned(),
        2 => format!("{noun} in the Rain"),
        3 => format!("Goodbye, {adjective} {noun}"),
        4 => format!(
            "{adjective} {noun} (feat. {})",
            artist((bits >> 24) % ARTISTS)
        ),
        5 => format!("{} - {} Remaster", noun, 2004 + (bits >> 24) % 20),
        6 => pick(&ELSEWHERE_TITLES, bits >> 24).to_owned(),
        7 => format!("My {noun} & Your {}", pick(&NOUNS, bits >> 24)),
        _ => format!("{adjective} {noun}"),
    }
}

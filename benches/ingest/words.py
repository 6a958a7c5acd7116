"""Words and sentences at random: plain English and German, with what trips readers up mixed in."""

from random import Random

from truth import Run

COMMON = """about account across after again against ahead along amount answer apply around article
aspect average balance basis became before behind benefit between board border bridge brief budget
build capital carry central chapter charge circle claim clause clear client closed column common
company complete concern condition contract control corner council course cover current damage
debate decide degree deliver demand depend design detail develop device direct distance district
divide draft early edge effect element employ energy engine enough entire entry equal estate
evidence exact example except expect expert extend factor family figure final finance follow force
foreign forest formal forward future garden general ground growth handle harbour history holder
honest house human impact include income indeed industry inform inside insurance interest island
issue join journal judge keep kitchen ladder language large layer leader letter level library limit
listen local manage margin market material matter measure member mention method middle minor model
module moment morning motion narrow nation nearly network neutral notice number object observe
office often operate opinion order origin outside owner paper parcel partner pattern payment people
period permit person place plain planet point policy portion position practice present pressure
price private problem process product profit project protect provide public purpose quality quarter
question quiet railway random range rather reach reason receive recent record reduce reflect region
regular relation remain remote repair repeat report request reserve result return review river
safety sample schedule science season second section sector secure select senior series service
settle shadow share simple single society source space special stable standard station steady
storage strategy street strong subject supply support surface survey system target tenant theory
thick thread timber total trade traffic transfer travel treaty trust under union update useful
valley value various vessel village visible volume water weather weight window winter without
witness wonder worker yellow""".split()

GERMAN = """Übergabe Maßstab Prüfung Größe für über Änderung Erklärung Vergütung häufig Straße
Geschäftsführer Verträge zusätzlich gemäß Gewähr ungültig Bevölkerung Überweisungsträger
Grundstücksverkehrsgenehmigungszuständigkeitsübertragung Wärmerückgewinnungsanlage
Donaudampfschifffahrtsgesellschaft café naïve façade señor œuvre Dvořák Łódź Ångström""".split()

CJK = ["東京都", "契約書", "数据", "中文", "報告", "한국어", "データ", "合計"]

ODD = ["1,234.56", "12.5 %", "3.14", "§ 4(2)", "€ 1.299,00", "2026-11-21", "10:45", "R&D", "A/B",
       "snake_case_name", "(cf. 7.3)", "e.g.", "v2.0.1", "No. 17", "50–60", "“quoted”", "it’s",
       "semi-final", "x < y", "a*b", "#tag", "[sic]", "info@example.com", "…", "C++", "100 °C"]


def word(rng: Random, cjk: bool = False) -> str:
    at = rng.random()
    if at < 0.80:
        return rng.choice(COMMON)
    if at < 0.90:
        return rng.choice(GERMAN)
    if cjk and at < 0.92:
        return rng.choice(CJK)
    return rng.choice(ODD) if at < 0.95 else str(rng.randint(2, 99_999))


def phrase(rng: Random, least: int, most: int, cjk: bool = False) -> str:
    """Words that begin with a capital letter and end without a full stop."""
    first = rng.choice(COMMON).capitalize()
    rest = [word(rng, cjk) for _ in range(rng.randint(least, most) - 1)]
    return " ".join([first, *rest])


def sentences(rng: Random, count: int, cjk: bool = False) -> str:
    ends = [".", ".", ".", "?", "!"]
    return " ".join(phrase(rng, 5, 18, cjk) + rng.choice(ends) for _ in range(count))


def styled(rng: Random, text: str, links: bool = True) -> list[Run]:
    """The text as runs, here and there in bold, in italics or as a link."""
    parts, runs, at = text.split(" "), [], 0
    while at < len(parts):
        style, size = rng.random(), rng.randint(1, 4)
        plain = style < 0.75
        size = size * 6 if plain else size
        piece = " ".join(parts[at:at + size])
        at += size
        if plain:
            runs.append(Run(piece))
        elif style < 0.85:
            runs.append(Run(piece, bold=True))
        elif style < 0.94 or not links:
            runs.append(Run(piece, italic=True))
        else:
            runs.append(Run(piece, link=f"https://example.com/{rng.randint(1, 999)}"))
        if at < len(parts):
            runs.append(Run(" "))
    return runs

//! How lists write numbers.

/// A format of numbers, as `w:numFmt` names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Decimal,
    DecimalZero,
    LowerLetter,
    UpperLetter,
    LowerRoman,
    UpperRoman,
    /// 一, 二, … 十一
    Ideographs,
    Bullet,
    None,
}

impl Format {
    /// What is not known counts as plain numbers.
    pub(super) fn of(name: &str) -> Self {
        match name {
            "decimalZero" => Self::DecimalZero,
            "lowerLetter" => Self::LowerLetter,
            "upperLetter" => Self::UpperLetter,
            "lowerRoman" => Self::LowerRoman,
            "upperRoman" => Self::UpperRoman,
            "chineseCounting" | "chineseCountingThousand" | "japaneseCounting" => Self::Ideographs,
            "bullet" => Self::Bullet,
            "none" => Self::None,
            _ => Self::Decimal,
        }
    }
}

/// Beyond these counts plain numbers are written, which is what anybody would do.
const LETTERS_MAX: u32 = 26 * 5;
const ROMAN_MAX: u32 = 3_999;
const IDEOGRAPHS_MAX: u32 = 99;

pub(super) fn written(count: u32, format: Format) -> String {
    match format {
        Format::DecimalZero => format!("{count:02}"),
        Format::LowerLetter if (1..=LETTERS_MAX).contains(&count) => letters(count),
        Format::UpperLetter if (1..=LETTERS_MAX).contains(&count) => {
            letters(count).to_ascii_uppercase()
        }
        Format::LowerRoman if (1..=ROMAN_MAX).contains(&count) => roman(count).to_ascii_lowercase(),
        Format::UpperRoman if (1..=ROMAN_MAX).contains(&count) => roman(count),
        Format::Ideographs if (1..=IDEOGRAPHS_MAX).contains(&count) => ideographs(count),
        Format::Bullet | Format::None => String::new(),
        _ => count.to_string(),
    }
}

/// a to z, then aa, bb and so on.
fn letters(count: u32) -> String {
    let (times, letter) = ((count - 1) / 26 + 1, (count - 1) % 26);
    let letter = ('a'..='z').nth(letter as usize).unwrap_or('a');
    std::iter::repeat_n(letter, times as usize).collect()
}

fn roman(mut count: u32) -> String {
    const NUMERALS: [(u32, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let mut roman = String::new();
    for (value, numeral) in NUMERALS {
        while count >= value {
            roman.push_str(numeral);
            count -= value;
        }
    }
    roman
}

fn ideographs(count: u32) -> String {
    let digit = |digit: u32| "一二三四五六七八九".chars().nth((digit as usize).wrapping_sub(1));
    let (tens, ones) = (count / 10, count % 10);
    let tens = digit(tens).filter(|_| tens > 1).into_iter().chain((tens > 0).then_some('十'));
    tens.chain(digit(ones)).collect()
}

#[cfg(test)]
mod tests {
    use super::{Format, written};

    #[test]
    fn numbers_as_lists_write_them() {
        let check = |format: Format, expect: &str| {
            let counts = [0, 1, 4, 9, 14, 27, 90, 131, 4000, u32::MAX];
            assert_eq!(counts.map(|count| written(count, format)).join(" "), expect, "{format:?}");
        };
        check(Format::Decimal, "0 1 4 9 14 27 90 131 4000 4294967295");
        check(Format::DecimalZero, "00 01 04 09 14 27 90 131 4000 4294967295");
        check(Format::LowerLetter, "0 a d i n aa llll 131 4000 4294967295");
        check(Format::UpperLetter, "0 A D I N AA LLLL 131 4000 4294967295");
        check(Format::LowerRoman, "0 i iv ix xiv xxvii xc cxxxi 4000 4294967295");
        check(Format::UpperRoman, "0 I IV IX XIV XXVII XC CXXXI 4000 4294967295");
        check(Format::Ideographs, "0 一 四 九 十四 二十七 九十 131 4000 4294967295");
        check(Format::Bullet, "         ");
    }
}

//! Numbers within a schema's bounds, chosen by a hash.

use serde_json::{Number, Value};

use crate::digest::Dice;

/// Numbers without an upper bound stay this close to the lower one.
const SPAN: i64 = 99_999;
/// Beyond this an f64 no longer holds every integer.
const EXACT_MAX: f64 = 9_007_199_254_740_991.0;
/// A number is one of this many steps between its bounds.
const STEPS: u64 = 100_000;

pub(crate) fn integer(schema: &Value, hash: u64) -> Value {
    let lows = [bound(schema, "minimum").map(f64::ceil), after(schema, "exclusiveMinimum")];
    let highs = [
        bound(schema, "maximum").map(f64::floor),
        bound(schema, "exclusiveMaximum").map(|limit| limit.ceil() - 1.0),
    ];
    let low = lows.into_iter().flatten().reduce(f64::max).map(exact);
    let high = highs.into_iter().flatten().reduce(f64::min).map(exact);
    let step = bound(schema, "multipleOf").map_or(1, exact).max(1);

    let low = low.unwrap_or_else(|| high.map_or(0, |high| if high < 0 { high - SPAN } else { 0 }));
    let high = high.unwrap_or(low + SPAN.max(step)).max(low);
    let (first, last) = (low.div_euclid(step) + i64::from(low % step != 0), high.div_euclid(step));
    let choices = u64::try_from(last - first + 1).unwrap_or(1);
    Value::from((first + Dice(hash).below(choices).cast_signed()) * step)
}

pub(crate) fn number(schema: &Value, hash: u64) -> Value {
    let either = |keys: [&str; 2]| keys.map(|key| bound(schema, key)).into_iter().flatten();
    let low = either(["minimum", "exclusiveMinimum"]).reduce(f64::max);
    let high = either(["maximum", "exclusiveMaximum"]).reduce(f64::min);
    let low = low.unwrap_or_else(|| high.map_or(0.0, |high| (high - 1_000.0).min(0.0)));
    let high = high.unwrap_or(low + 1_000.0);
    if high <= low {
        return from(low);
    }
    // Strictly inside, so that the same number pleases inclusive and exclusive bounds.
    let share = (Dice(hash).below(STEPS) + 1) as f64 / (STEPS + 1) as f64;
    let exact = low + (high - low) * share;
    let short = (exact * 1_000.0).round() / 1_000.0;
    from(if short > low && short < high { short } else { exact })
}

fn bound(schema: &Value, key: &str) -> Option<f64> {
    schema.get(key).and_then(Value::as_f64)
}

fn after(schema: &Value, key: &str) -> Option<f64> {
    bound(schema, key).map(|limit| limit.floor() + 1.0)
}

fn exact(limit: f64) -> i64 {
    limit.clamp(-EXACT_MAX, EXACT_MAX) as i64
}

fn from(number: f64) -> Value {
    Number::from_f64(number).map_or(Value::from(0), Value::Number)
}

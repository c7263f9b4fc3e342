//! The markets that Spotify lists for every track and again for its album, to apps outside development mode.

use serde_json::Value;

/// Two-letter codes, one after the other.
const CODES: &str = "ADAEAGALAMAOARATAUAZBABBBDBEBFBGBHBIBJBNBOBRBSBTBWBYBZCACDCGCHCICLCMCOCRCVCWCYCZDEDJDKDMDODZECEEEGESETFIFJFMFRGAGBGDGEGHGMGNGQGRGTGWGYHKHNHRHTHUIDIEILINIQISITJMJOJPKEKGKHKIKMKNKRKWKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMGMHMKMLMNMOMRMTMUMVMWMXMYMZNANENGNINLNONPNRNZOMPAPEPGPHPKPLPRPSPTPWPYQARORSRWSASBSCSESGSISKSLSMSNSRSTSVSZTDTGTHTJTLTNTOTRTTTVTWTZUAUGUSUYUZVCVEVNVUWSXKZAZMZW";

/// `available_markets`, in full.
pub(crate) fn all() -> Value {
    (0..CODES.len())
        .step_by(2)
        .filter_map(|at| CODES.get(at..at + 2))
        .map(Value::from)
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn there_are_about_180_markets() {
        let markets = super::all();
        let markets = markets.as_array().unwrap();
        assert!((175..=190).contains(&markets.len()), "{}", markets.len());
        assert!(
            markets
                .windows(2)
                .all(|pair| pair[0].as_str() < pair[1].as_str())
        );
    }
}

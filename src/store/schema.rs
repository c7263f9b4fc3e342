// @generated automatically by Diesel CLI.

diesel::table! {
    finished_logins (state_hash) {
        state_hash -> Binary,
        expires_at -> BigInt,
    }
}

diesel::table! {
    login_codes (person_id, code_hash) {
        person_id -> Text,
        code_hash -> Binary,
        challenge -> Text,
        redirect_uri -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
        used_at -> Nullable<BigInt>,
        session_id -> Nullable<Text>,
    }
}

diesel::table! {
    metadata (person_id, track_id, kind, seq) {
        person_id -> Text,
        track_id -> Text,
        kind -> Text,
        seq -> BigInt,
        id -> Text,
        version -> Integer,
        size_bytes -> BigInt,
        sha256 -> Binary,
        created_at -> BigInt,
        content -> Binary,
    }
}

diesel::table! {
    people (person_id) {
        person_id -> Text,
        account_id -> Nullable<Text>,
        spotify_user_id -> Nullable<Text>,
        display_name -> Nullable<Text>,
        uri -> Nullable<Text>,
        external_url -> Nullable<Text>,
        images -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    sessions (person_id, secret_hash) {
        person_id -> Text,
        secret_hash -> Binary,
        created_at -> BigInt,
        expires_at -> BigInt,
        id -> Text,
        device_name -> Nullable<Text>,
        last_used_at -> BigInt,
    }
}

diesel::table! {
    tokens (person_id) {
        person_id -> Text,
        sealed_access -> Binary,
        sealed_refresh -> Binary,
        key_id -> Text,
        token_type -> Text,
        scope -> Nullable<Text>,
        expires_at -> BigInt,
        granted_at -> BigInt,
        refused_at -> Nullable<BigInt>,
        updated_at -> BigInt,
        version -> BigInt,
        lease_holder -> Nullable<Text>,
        lease_until -> Nullable<BigInt>,
    }
}

diesel::joinable!(login_codes -> people (person_id));
diesel::joinable!(metadata -> people (person_id));
diesel::joinable!(sessions -> people (person_id));
diesel::joinable!(tokens -> people (person_id));

diesel::allow_tables_to_appear_in_same_query!(
    finished_logins,
    login_codes,
    metadata,
    people,
    sessions,
    tokens,
);

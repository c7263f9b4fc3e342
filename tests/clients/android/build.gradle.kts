plugins {
    id("com.android.application")
    kotlin("android")
    id("com.apollographql.apollo") version "4.3.0"
}

// #region apollo
apollo {
    service("lockstep") {
        packageName.set("at.lockstep.player.api")
        // schema.graphqls is this repository's schema.graphql, renamed; extra.graphqls is below.
        schemaFiles.from("src/main/graphql/schema.graphqls", "src/main/graphql/extra.graphqls")

        mapScalarToKotlinString("DateTime") // RFC 3339, in UTC
        mapScalarToKotlinString("URL")
        mapScalarToKotlinAny("JSON") // maps, lists, strings, numbers, booleans

        plugin("com.apollographql.cache:normalized-cache-apollo-compiler-plugin:1.0.0-rc.2") {
            argument("com.apollographql.cache.packageName", packageName.get())
        }
    }
}

dependencies {
    implementation("com.apollographql.apollo:apollo-runtime:4.3.0")
    implementation("com.apollographql.cache:normalized-cache-sqlite:1.0.0-rc.2")
    implementation("androidx.browser:browser:1.8.0")
}
// #endregion

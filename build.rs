//! Builds anew when a migration or a sample file comes or goes: both are part of the program. Tells it whether it is optimized.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
    println!("cargo:rerun-if-changed=src/exchange/sample");
    if std::env::var("OPT_LEVEL").is_ok_and(|level| level == "0") {
        println!("cargo:rustc-cfg=unoptimized");
    }
}

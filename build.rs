//! Builds anew when a migration or a sample file comes or goes: both are part of the program.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
    println!("cargo:rerun-if-changed=src/exchange/sample");
}

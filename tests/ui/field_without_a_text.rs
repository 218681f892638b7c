struct Site;

fn main() {
    let site = Site;
    charm_tracing::traced!("configure", site = site, {});
}

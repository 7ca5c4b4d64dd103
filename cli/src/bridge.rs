//! `xpay bridge`: the bridge for PHP; everything is in the crate of its name.

use clap::Args;
use std::path::PathBuf;

use crate::failure::Failure;

#[derive(Args)]
pub(crate) struct Arguments {
    /// 이 사용자의 모든 PHP에 유닉스 소켓으로 응답합니다(SIGTERM까지) / serve every PHP process of this user at a unix socket, until SIGTERM
    #[arg(long, value_name = "SOCKET")]
    listen: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    Ok(match &arguments.listen {
        Some(socket) => xpayclient_bridge::listen(socket),
        None => xpayclient_bridge::pipe(),
    }?)
}

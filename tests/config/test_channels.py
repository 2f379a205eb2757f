"""How the operator says by which ways messages leave the product."""

from __future__ import annotations

from pathlib import Path

from doorstep.config.channels import channels_of


def test_pairs_are_read_and_file_stands_for_one_beside_the_data() -> None:
    said = channels_of("mail=smtp://mail:25  sms=file wecom= dingtalk", Path("/data"))
    assert said == {"mail": "smtp://mail:25", "sms": "file:///data/messages.jsonl"}
    assert channels_of("", Path("/data")) == {}

"""The ways out. Only `tocsin.gate.sending` opens one."""

from tocsin.gate.channels.base import Channel
from tocsin.gate.channels.email import Email

CHANNELS: dict[str, Channel] = {"email": Email()}

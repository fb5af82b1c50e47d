"""The ways out. Only `tocsin.gate.sending` opens one."""

from tocsin.gate.channels.base import Channel
from tocsin.gate.channels.email import Email
from tocsin.gate.channels.matrix import Matrix
from tocsin.gate.channels.push import Push
from tocsin.gate.channels.telephone import Telephone
from tocsin.gate.channels.webhook import Webhook

CHANNELS: dict[str, Channel] = {
    "email": Email(),
    "sms": Telephone("sms", "SMS_URL"),
    "voice": Telephone("voice", "VOICE_URL"),
    "push": Push(),
    "matrix": Matrix(),
    "webhook": Webhook(),
}

"""Whether a post insults or threatens so that it is shown blurred until asked for.

A short list of words that leave no doubt, folded as the engine folds; it hides and never removes, so a
word too few is better than an ordinary complaint hidden.
"""

import re

from tocsin.stream.fold import fold_batch

_WORDS = (
    # French
    r"encul\w*",
    r"fils de put\w*",
    r"fdp",
    r"ntm",
    r"nique ta\w*",
    r"niquer?z? vos",
    r"salop\w*",
    r"put(?:e|es)",
    r"connas\w*",
    r"pouffias\w*",
    r"bougnoul\w*",
    r"negr(?:e|es|o|os)",
    r"bicot\w*",
    r"youpin\w*",
    r"tapett\w*",
    r"tarlouz\w*",
    r"gouin\w*",
    r"sale (?:arabe|noir|juif|pd|gros|grosse)\w*",
    r"creve[rz]? tous",
    r"je vais (?:te|vous) (?:tuer|buter|crever|defoncer)",
    r"suicide[rz]? toi",
    r"va crever",
    # English
    r"motherfuck\w*",
    r"cunts?",
    r"fagg?ots?",
    r"nigg(?:er|ers|a|as)",
    r"retards?",
    r"whores?",
    r"sluts?",
    r"kill yoursel\w*",
    r"kys",
    r"i (?:will|ll|am going to) kill (?:you|them)",
    r"die in a fire",
    r"fuck (?:you|u|off)",
)
_ABUSE = re.compile(rf"(?<!\w)(?:{'|'.join(_WORDS)})(?!\w)")


def abusive(text: str) -> bool:
    """Return whether a text holds such words."""
    return bool(_ABUSE.search(fold_batch([text])[0]))

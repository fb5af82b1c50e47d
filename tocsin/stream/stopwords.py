"""Words of French and English that say nothing of a subject, folded (no accents, elisions apart)."""

from typing import Final

_FRENCH: Final = """
a ai aie aient ainsi ait alors apres as assez au aucun aucune aujourd aupres aura aurait aussi autant autre
autres aux avaient avais avait avant avec avez avoir avons ayant beaucoup bien bon bonjour bonsoir c ca car
ce ceci cela celle celles celui cependant ces cet cette ceux chaque chez chose ci comme comment contre d
dans de debout deja depuis des dessous dessus deux devant doit donc dont du elle elles en encore enfin entre
envers est et etaient etais etait etant ete etes etre eu eux faire fais fait faites faut fois font hier hui
ici il ils j jamais je jusqu jusque l la le les leur leurs lors lui m ma maintenant mais malgre me meme
memes merci mes mieux moi moins mon n ne ni non nos notre nous on ont ou oui par parce pas pendant peu peut
peux plus plusieurs plutot pour pourquoi presque puis puisque qu quand que quel quelle quelles quelque
quelques quels qui quoi quoique rien s sa sais sait sans sauf se sera serait ses seulement si sinon soi soit
sommes son sont sous souvent suis sur t ta tandis tant te tel telle telles tels tes toi ton toujours tous
tout toute toutes tres trop tu un une va vais vas vers veut veux voici voila vont vos votre vous vraiment vu
y
"""

_ENGLISH: Final = """
about above after again against all almost already also although always am an and another any anyone
anything are aren around as at away back be because been before being below between both but by came can
cannot could couldn did didn do does doesn doing don done down during each either else even ever every
everyone few for from further get gets getting give go goes going gone gonna got had hadn has hasn have
haven having he hello her here hers herself hey hi him himself his how however i if im in into is isn it its
itself ive just least less let like ll made make many may maybe me might mine more most much must my myself
need never no nobody nor not nothing now of off ok okay on once one only onto or other others our ours
ourselves out over own per please put quite rather re really said same say says see seen shall she should
shouldn since so some someone something still such take than thank thanks that the their theirs them
themselves then there these they thing things this those though through to today together too two under
until up upon us use ve very via want was wasn way we well went were weren what when where whether which
while who whom whose why will with within without won would wouldn yes yesterday yet you your yours yourself
"""

# Marks of the networks themselves.
_NETWORKS: Final = "rt via http https www com amp gt lt html co"

STOPWORDS: Final = frozenset(f"{_FRENCH} {_ENGLISH} {_NETWORKS}".split())

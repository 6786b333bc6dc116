"""Judges whether a provider delivers fewer SMS than it usually does."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from showme.domain.reports import ProviderFigures

ENOUGH_LATELY: Final = 20
"""So many SMS say something of the last while; fewer may be chance."""
ENOUGH_USUALLY: Final = 100
_LEAST_DROP: Final = 0.15
_DEVIATIONS: Final = 3.0
"""A drop by chance alone is then rarer than one look in five hundred."""


@dataclass(frozen=True, kw_only=True)
class Rates:
    """Which share of the SMS that a provider was asked to send it reported as delivered: lately, and usually."""

    provider: str
    lately: float
    usually: float
    count: int
    """How many it was asked to send lately."""

    @property
    def have_dropped(self) -> bool:
        """Whether it delivers clearly less than usual: by 15 points, and by more than chance explains."""
        return self.usually - self.lately >= max(_LEAST_DROP, _DEVIATIONS * self._deviation)

    @property
    def have_recovered(self) -> bool:
        """Whether it delivers about as usual again; between this and a drop nothing is told, so nothing flickers."""
        return self.usually - self.lately <= max(_LEAST_DROP / 2, self._deviation)

    @property
    def _deviation(self) -> float:
        """The standard deviation of such a share among so many (binomial)."""
        return sqrt(self.usually * (1 - self.usually) / self.count)


def rates_of(lately: ProviderFigures, usually: ProviderFigures) -> Rates | None:
    """Return a provider's rates, None when there are too few SMS to judge by."""
    if lately.asked < ENOUGH_LATELY or usually.asked < ENOUGH_USUALLY:
        return None
    return Rates(
        provider=lately.provider,
        lately=lately.delivered / lately.asked,
        usually=usually.delivered / usually.asked,
        count=lately.asked,
    )

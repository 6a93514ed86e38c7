"""Objects for tests. A factory makes the smallest valid row; a trait makes a situation."""

from .accounts import *  # noqa: F403
from .assistance import *  # noqa: F403
from .children import *  # noqa: F403
from .departments import *  # noqa: F403
from .education import *  # noqa: F403
from .exchange import *  # noqa: F403
from .front_hall import *  # noqa: F403
from .growth import *  # noqa: F403
from .notices import *  # noqa: F403
from .number_queries import *  # noqa: F403
from .rehabilitation import *  # noqa: F403
from .rules import *  # noqa: F403
from .schools import *  # noqa: F403
from .wellbeing import *  # noqa: F403

"""The charm without tracing."""

import ops
from work import Charm

if __name__ == '__main__':
    ops.main(Charm)

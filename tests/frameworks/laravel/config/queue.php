<?php

/** Jobs run at once, with the events of a worker. */

return ['default' => 'sync', 'connections' => ['sync' => ['driver' => 'sync']], 'failed' => ['driver' => 'null']];

<?php

/** Where a new project has them. */

return ['paths' => [resource_path('views')], 'compiled' => storage_path('framework/views')];
